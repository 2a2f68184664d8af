import type { channelErrors as en } from '../en/channels.ts';
import type { ErrorEntry } from '../entry.ts';

export const channelErrors: Record<keyof typeof en, ErrorEntry> = {
  channel_unreachable: {
    message: '无法连接到对方。',
    detailed: '无法连接到 {host}：{reason}。',
    hint: '请检查地址、服务器网络和防火墙。',
  },
  channel_timeout: {
    message: '对方未及时应答。',
    detailed: '{host} 在 {seconds} 秒内没有应答。',
    hint: '消息可能已送达；稍后会再次发送。',
  },
  channel_tls_failed: {
    message: '对方证书不受信任。',
    detailed: '{host} 的证书不受信任：{reason}。',
    hint: '请修复证书，或填写签发它的 CA 证书。',
  },
  channel_redirected: {
    message: '该地址返回重定向，Sampan 不会跟随。',
    hint: '请填写最终地址。',
  },
  channel_bad_signature: {
    message: '签名未被接受。',
    hint: '请重新复制机器人的签名密钥，并检查服务器时钟。',
  },
  channel_keyword_missing: {
    message: '机器人只接收包含关键词的消息。',
    hint: '请在机器人中添加关键词“Sampan”，或改用签名。',
  },
  channel_address_not_allowed: {
    message: '机器人不接收来自此 IP 地址的消息。',
    hint: '请将服务器地址加入机器人的 IP 白名单。',
  },
  channel_throttled: {
    message: '消息发送过于频繁。',
    hint: '稍后会自动发送。使用摘要可减少消息数量。',
  },
  channel_gone: {
    message: '对方不再认识此机器人、群或令牌。',
    hint: '请在对方重新创建，并在此更新地址。',
  },
  channel_message_refused: {
    message: '消息未被接受。',
    hint: '请查看对方返回的信息。',
  },
  channel_login_failed: {
    message: '登录未被接受。',
    hint: '请检查用户名、密码或令牌。许多邮箱需要使用授权码。',
  },
  channel_recipient_refused: {
    message: '发件人或收件人未被接受。',
    hint: '请检查邮件地址。',
  },
  channel_unavailable: {
    message: '对方暂时无法接收消息。',
    hint: '稍后会再次发送。',
  },
};
