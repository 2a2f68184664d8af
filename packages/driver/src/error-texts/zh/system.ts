import type { systemErrors as en } from '../en/system.ts';
import type { ErrorEntry } from '../entry.ts';

export const systemErrors: Record<keyof typeof en, ErrorEntry> = {
  bad_recovery_key: {
    message: '这不是恢复密钥：有字符错误或缺失。',
    hint: '它以 AGE-SECRET-KEY-1 开头，共 74 个字符。请与保存的内容对照。',
  },
  wrong_recovery_key: {
    message: '此恢复密钥属于其他服务器，或已被更换。',
    hint: '请使用本服务器上最近一次生成的恢复密钥。',
  },
  no_recovery_key: { message: '尚无恢复密钥。', hint: '请生成一把。' },
  recovery_key_exists: { message: '已有恢复密钥。', hint: '请核对您是否仍保存着它；若已丢失，请更换。' },
  no_next_secret_key: {
    message: '设置中只有正在使用的机密密钥。',
    hint: '请在每台服务器上把新密钥加在它之后，以逗号或换行隔开（openssl rand -hex 32）。使用 SAMPAN_SECRET_KEY 时还需重新启动。',
  },
  secret_key_not_usable: {
    message: '无法生成或读取新的机密密钥。',
    detailed: '无法生成或读取新的机密密钥：{reason}',
    hint: '请排除该问题，再重新开始更换。未做任何更改。',
  },
  secret_key_not_everywhere: {
    message: '部分服务器没有新的机密密钥。',
    detailed: '以下服务器没有新的机密密钥 {key}：{servers}。',
    hint: '请把它放到这些服务器存放密钥的地方，再重新开始更换。在此之前不会用它加密任何内容。',
  },
  secret_key_not_followed: {
    message: '部分服务器仍用旧的机密密钥加密。',
    detailed: '以下服务器仍用旧的机密密钥加密：{servers}。',
    hint: '请重新启动它们，再重新开始更换。',
  },
  database_was_copied: {
    message: '制作用来启动本服务器的数据库副本时，它正在进行。',
    hint: '请查看它是否已完成；若没有，请重新开始。',
  },
};
