import type { LocalizedText } from '@sampan/driver';
import type { Severity } from '../tables.ts';

/**
 * How a parameter is written: `duration` is milliseconds; `time` milliseconds since 1970, 0 for never; `count` a number
 * with its separators; `text` as it is, on one line; `reason` and `hint` are message and hint of an error whose code is the parameter
 * `code`, in the language of the channel as far as it knows the code.
 */
export type ParameterKind = 'text' | 'reason' | 'hint' | 'count' | 'duration' | 'time';

export interface KnownEvent {
  /** What it usually is; the notice itself says. */
  severity: Severity;
  /** The end of a trouble: told only where the trouble was. */
  isRecovery?: boolean;
  /** In lists of events, e.g. of the rules. */
  label: LocalizedText;
  /** Names that the texts use beside `{name}`, which is the subject's. */
  parameters: Readonly<Record<string, ParameterKind>>;
  title: LocalizedText;
  /** What happened. */
  body: LocalizedText;
  /** What to do; absent where nothing is. */
  action?: LocalizedText;
}

/** Everything that people can be told, in both languages. A feature that has something to tell adds its events here. */
export const KNOWN_EVENTS = {
  'plan.run_succeeded': {
    severity: 'info',
    label: { en: 'A backup succeeded', zh: '备份成功' },
    parameters: {},
    title: { en: 'Backup succeeded: {name}', zh: '备份成功：{name}' },
    body: { en: 'The run of the backup plan {name} succeeded.', zh: '备份计划 {name} 的运行已成功。' },
  },
  'plan.run_partial': {
    severity: 'warning',
    label: { en: 'A backup left files unread', zh: '备份有文件未读取' },
    parameters: { unread: 'count' },
    title: { en: 'Backup incomplete: {name}', zh: '备份不完整：{name}' },
    body: {
      en: 'The run of the backup plan {name} made a backup, but {unread} files or folders could not be read and are not in it.',
      zh: '备份计划 {name} 已生成备份，但有 {unread} 个文件或目录无法读取，未包含在内。',
    },
    action: {
      en: 'Open the run to see which they are; give Sampan the right to read them, or exclude them.',
      zh: '请打开运行记录查看具体项目，授予读取权限或将其排除。',
    },
  },
  'plan.run_failed': {
    severity: 'error',
    label: { en: 'A backup failed', zh: '备份失败' },
    parameters: { reason: 'reason', hint: 'hint' },
    title: { en: 'Backup failed: {name}', zh: '备份失败：{name}' },
    body: {
      en: 'The run of the backup plan {name} failed: {reason}',
      zh: '备份计划 {name} 的运行失败：{reason}',
    },
    action: { en: '{hint}', zh: '处理建议：{hint}' },
  },
  'plan.run_interrupted': {
    severity: 'warning',
    label: { en: 'A backup was interrupted', zh: '备份中断' },
    parameters: { reason: 'reason' },
    title: { en: 'Backup interrupted: {name}', zh: '备份中断：{name}' },
    body: {
      en: 'The run of the backup plan {name} ended before it was complete: {reason}',
      zh: '备份计划 {name} 的运行在完成前中断：{reason}',
    },
    action: { en: 'The next run makes up for it; or start one now.', zh: '下一次运行会补上；也可以立即运行一次。' },
  },
  'plan.overdue': {
    severity: 'error',
    label: { en: 'A backup did not happen', zh: '备份未按期进行' },
    parameters: { objective: 'duration', lastGoodAt: 'time' },
    title: { en: 'No backup: {name}', zh: '没有备份：{name}' },
    body: {
      en: 'The backup plan {name} has no good backup that is younger than its objective of {objective}. Last good backup: {lastGoodAt}.',
      zh: '备份计划 {name} 在目标时限 {objective} 内没有可用的备份。最近一次可用备份：{lastGoodAt}。',
    },
    action: {
      en: 'See why no run succeeded: whether the plan is paused, its schedule, the storage and the server that runs it.',
      zh: '请检查没有成功运行的原因：计划是否暂停、时间表、存储以及负责运行的服务器。',
    },
  },
  'plan.recovered': {
    severity: 'info',
    isRecovery: true,
    label: { en: 'A backup plan is fresh again', zh: '备份计划已恢复' },
    parameters: { lastGoodAt: 'time' },
    title: { en: 'Backups are fresh again: {name}', zh: '备份已恢复正常：{name}' },
    body: {
      en: 'The backup plan {name} has a good backup again: {lastGoodAt}.',
      zh: '备份计划 {name} 重新有了可用的备份：{lastGoodAt}。',
    },
  },
  'drill.succeeded': {
    severity: 'info',
    label: { en: 'A restore drill succeeded', zh: '恢复演练成功' },
    parameters: { backupAt: 'time' },
    title: { en: 'Restore drill succeeded: {name}', zh: '恢复演练成功：{name}' },
    body: {
      en: 'What {name} backed up at {backupAt} was restored and is as it was.',
      zh: '{name} 于 {backupAt} 的备份已恢复，内容与备份时一致。',
    },
  },
  'drill.failed': {
    severity: 'error',
    label: { en: 'A restore drill failed', zh: '恢复演练失败' },
    parameters: { difference: 'reason', backups: 'count' },
    title: { en: 'Restore drill failed: {name}', zh: '恢复演练失败：{name}' },
    body: {
      en: 'What was restored of {name} is not what was backed up: {difference}. Backups affected: {backups}.',
      zh: '{name} 恢复出的内容与备份不一致：{difference}。受影响的备份：{backups} 个。',
    },
    action: {
      en: 'Do not rely on these backups. Restore what matters from a mirror, and check the repository with all of its data: new backups may build on what is damaged.',
      zh: '请勿依赖这些备份。请从镜像恢复重要内容，并用全部数据检查仓库：新的备份可能建立在已损坏的数据之上。',
    },
  },
  'repository.check_failed': {
    severity: 'error',
    label: { en: 'A repository is damaged', zh: '仓库检查失败' },
    parameters: { reason: 'text' },
    title: { en: 'Repository check failed: {name}', zh: '仓库检查失败：{name}' },
    body: { en: 'The check of the repository {name} found: {reason}', zh: '仓库 {name} 的检查发现：{reason}' },
    action: {
      en: 'Keep what is there as it is, see the check in the console, and take a copy before repairing it.',
      zh: '请保持现状，在控制台查看检查结果，修复前先做一份副本。',
    },
  },
  'repository.recovered': {
    severity: 'info',
    isRecovery: true,
    label: { en: 'A repository is sound again', zh: '仓库已恢复正常' },
    parameters: {},
    title: { en: 'Repository in order again: {name}', zh: '仓库恢复正常：{name}' },
    body: { en: 'The repository {name} is in order again.', zh: '仓库 {name} 已恢复正常。' },
  },
  'repository.maintenance_failed': {
    severity: 'warning',
    label: { en: 'A repository could not be pruned', zh: '仓库清理失败' },
    parameters: { reason: 'reason' },
    title: { en: 'Pruning failed: {name}', zh: '仓库清理失败：{name}' },
    body: {
      en: 'Data that no backup needs could not be removed from the repository {name}: {reason}',
      zh: '无法从仓库 {name} 中清理不再需要的数据：{reason}',
    },
    action: {
      en: 'Until this works the repository only grows. If a lock is in the way, its owner is shown in the console.',
      zh: '在此之前仓库只会增大。如有锁阻挡，可在控制台查看其持有者。',
    },
  },
  'mirror.recovered': {
    severity: 'info',
    isRecovery: true,
    label: { en: 'A mirror has caught up', zh: '镜像副本已同步' },
    parameters: {},
    title: { en: 'Mirror has caught up: {name}', zh: '镜像副本已同步：{name}' },
    body: { en: 'The mirrors of {name} have all backups again.', zh: '{name} 的镜像副本已包含全部备份。' },
  },
  'mirror.behind': {
    severity: 'warning',
    label: { en: 'A mirror is behind', zh: '镜像副本落后' },
    parameters: { behind: 'duration', backups: 'count' },
    title: { en: 'Mirror behind: {name}', zh: '镜像副本落后：{name}' },
    body: {
      en: 'The mirror {name} is {behind} behind; {backups} backups are not there yet.',
      zh: '镜像副本 {name} 落后 {behind}，有 {backups} 个备份尚未复制。',
    },
    action: { en: 'See whether its storage is reached and fast enough.', zh: '请检查其存储是否可达、速度是否足够。' },
  },
  'storage.unreachable': {
    severity: 'error',
    label: { en: 'A storage does not work', zh: '存储不可用' },
    parameters: { reason: 'reason', hint: 'hint' },
    title: { en: 'Storage does not work: {name}', zh: '存储不可用：{name}' },
    body: { en: 'The storage {name} does not work: {reason}', zh: '存储 {name} 不可用：{reason}' },
    action: { en: '{hint}', zh: '处理建议：{hint}' },
  },
  'storage.recovered': {
    severity: 'info',
    isRecovery: true,
    label: { en: 'A storage works again', zh: '存储已恢复' },
    parameters: {},
    title: { en: 'Storage works again: {name}', zh: '存储已恢复：{name}' },
    body: { en: 'The storage {name} works again.', zh: '存储 {name} 已恢复正常。' },
  },
  'host.unreachable': {
    severity: 'error',
    label: { en: 'A host does not work', zh: '主机不可用' },
    parameters: { reason: 'reason', hint: 'hint' },
    title: { en: 'Host does not work: {name}', zh: '主机不可用：{name}' },
    body: { en: 'The host {name} does not work: {reason}', zh: '主机 {name} 不可用：{reason}' },
    action: { en: '{hint}', zh: '处理建议：{hint}' },
  },
  'host.recovered': {
    severity: 'info',
    isRecovery: true,
    label: { en: 'A host works again', zh: '主机已恢复' },
    parameters: {},
    title: { en: 'Host works again: {name}', zh: '主机已恢复：{name}' },
    body: { en: 'The host {name} works again.', zh: '主机 {name} 已恢复正常。' },
  },
  test: {
    severity: 'info',
    label: { en: 'Test message', zh: '测试消息' },
    parameters: {},
    title: { en: 'Test message of the channel {name}', zh: '渠道 {name} 的测试消息' },
    body: {
      en: 'Notifications of Sampan arrive here. Nothing has happened, and nothing is to be done.',
      zh: 'Sampan 的通知会发送到这里。一切正常，无需处理。',
    },
  },
} as const satisfies Readonly<Record<string, KnownEvent>>;

export type EventName = keyof typeof KNOWN_EVENTS;

export const EVENT_NAMES = Object.keys(KNOWN_EVENTS) as EventName[];

export function knownEvent(name: string): KnownEvent | undefined {
  return Object.hasOwn(KNOWN_EVENTS, name) ? KNOWN_EVENTS[name as EventName] : undefined;
}
