import type { backupErrors as en } from '../en/backups.ts';
import type { ErrorEntry } from '../entry.ts';

export const backupErrors: Record<keyof typeof en, ErrorEntry> = {
  append_only: { message: '此仓库为仅追加。', hint: 'Sampan 不会删除或替换其中内容；可在其设置中更改。' },
  bad_format: { message: '格式不符合要求。', hint: '请更正后重试。' },
  drill_failed: {
    message: '备份未能原样恢复内容。',
    hint: '请从镜像恢复重要内容，并用全部数据检查仓库。新的备份可能建立在已损坏的数据之上：请修复仓库，或新建仓库。',
  },
  drill_not_done: {
    message: '恢复演练的样本无法恢复到本服务器。',
    hint: '请在 SAMPAN_DATA 所在磁盘上腾出空间后再次演练。这不说明备份的好坏。',
  },
  folder_taken: {
    message: '存储的此处已有其他仓库。',
    detailed: '仓库 {name} 位于那里的 {folder}。',
    hint: '请选择不在其他仓库之内、也不包含其他仓库的文件夹。',
  },
  gateway_failed: { message: '通往存储的通道失败。', hint: '请重试；若仍失败，请查看服务器日志。' },
  hook_failed: { message: '钩子执行失败。', hint: '请查看操作的日志。' },
  interrupted: { message: '服务器中途停止。', hint: '请重新开始。' },
  invalid_schedule: { message: '时间安排无效。', hint: '请更正；其下会显示接下来的运行时间。' },
  mirror_incomplete: { message: '部分备份未能复制到镜像副本。', hint: '请稍后重新复制。' },
  no_source: { message: '要备份的内容都不存在。', hint: '请检查备份计划的路径。' },
  not_in_backup: { message: '备份中没有此内容。', hint: '请选择备份中显示的内容。' },
  not_indexed: { message: '正在生成此备份的文件列表。', hint: '操作结束后即会显示。' },
  nothing_to_restore: { message: '没有可恢复的内容。', hint: '请选择备份中的其他内容。' },
  path_not_allowed: {
    message: '不允许使用此文件夹。',
    detailed: '不允许使用 {path}。',
    hint: '请选择其他文件夹，或联系管理员。',
  },
  several_series: {
    message: '这里有多个计划或多台机器的备份。',
    hint: '请为每一组新建一个计划，并分别指定其快照。',
  },
  several_snapshots: {
    message: '有多个快照以此开头。',
    detailed: '有多个快照以 {id} 开头。',
    hint: '请输入更多字符。',
  },
  plan_on_other_node: {
    message: '此备份计划属于另一台服务器。',
    detailed: '此备份计划属于服务器 {node}。',
    hint: '请打开那台服务器的控制台。',
  },
  repository_damaged: {
    message: '仓库已损坏。',
    hint: '请从镜像副本恢复重要内容。读取全部数据的检查会指出损坏之处。新的备份可能建立在损坏的数据之上：请用 `restic repair` 修复，或新建仓库。',
  },
  repository_exists: { message: '此处已有仓库。', hint: '请选择其他文件夹，或用其密码接管。' },
  repository_in_use: { message: '有备份计划在使用此仓库。', hint: '请先删除这些备份计划，或从中移除此仓库。' },
  repository_locked: {
    message: '仓库被他人锁定。',
    hint: '请稍候，或取消耗时较长的检查或整理，或在其页面清除失效的锁。',
  },
  repository_not_found: { message: '此处没有仓库。', hint: '请检查存储和文件夹。' },
  restic_failed: { message: '备份引擎失败。', hint: '请查看操作的日志。' },
  restic_missing: {
    message: '未找到备份引擎 restic。',
    hint: '请在本服务器上安装 restic：0.18 或更新版本功能完整，最低 0.14。',
  },
  restic_too_old: { message: '备份引擎 restic 版本过旧。', hint: '请在本服务器上安装更新的版本。' },
  restore_failed: { message: '没有内容能够恢复。', hint: '请检查目标的权限和空间。' },
  wrong_repository_password: { message: '仓库密码错误。', hint: '请使用最新恢复单上的密码。' },
};
