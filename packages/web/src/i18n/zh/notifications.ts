import type {
  channelCheckFindings as enChannelCheckFindings,
  channelChecks as enChannelChecks,
  deliveryReasons as enDeliveryReasons,
  deliveryStates as enDeliveryStates,
  leastSeverities as enLeastSeverities,
  noticeSubjects as enNoticeSubjects,
  notifications as enNotifications,
  severities as enSeverities,
} from '../en/notifications.ts';
import type { Translation } from '../translation.ts';

export const notifications: Translation<typeof enNotifications> = {
  title: '通知',
  explanation: '通过通知渠道告知相关人员：备份失败或未按期进行、主机和存储不可用等。',
  add: '添加渠道',
  addType: '添加渠道：{type}',
  otherType: '其他类型',
  edit: '编辑 {name}',
  typesText: '选择消息的去向。每个渠道有各自的规则、语言和发送时间。',
  emptyText: '还没有通知渠道：备份失败或未进行时，不会有人收到通知。',
  destination: '发送到',
  tells: '通知内容',
  lastMessage: '最近消息',
  pending: '待发送',
  off: '已停用',
  nothingSent: '尚未发送',
  arrives: '正常送达',
  doesNotArrive: '未能送达',
  nameHelp: '此渠道在 Sampan 中的名称。',
  testNothingStored: '测试会发送一条消息，不保存任何内容。',
  conflictTitle: '其他人在此期间修改了此渠道',
  created: '渠道 {name} 已添加。',
  saved: '渠道 {name} 已保存。',
  sendTest: '发送测试消息',
  sendAgain: '再次发送',
  testTitle: '测试消息：{name}',
  testText: '将向 {destination} 发送一条测试消息，请确认是否收到。',
  removeTitle: '删除渠道 {name}？',
  removeText: '此后不再通过它发送通知，其消息记录也会一并删除。',
  removed: '渠道 {name} 已删除。',
  whatIsTold: '通知内容',
  whenAndHow: '发送方式',
  rules: '规则',
  presetFailures: '失败与缺失的备份',
  presetFailuresText: '错误和警告，以及每个问题的恢复。',
  presetEverything: '全部',
  presetEverythingText: '包括每次成功的备份。',
  presetOwn: '自定义规则',
  presetOwnText: '只通知指定的事件、备份计划、主机或存储。',
  presetNothing: '不通知',
  presetNothingText: '保留此渠道，仅可发送测试消息。',
  rule: '规则 {number}',
  addRule: '添加规则',
  removeRule: '移除规则',
  events: '事件',
  allEvents: '全部事件',
  severity: '严重程度',
  resources: '对象',
  allResources: '不限',
  enabled: '启用',
  enabledHelp: '停用后，待发送的消息不再发送。',
  language: '消息语言',
  digest: '发送时间',
  digestHelp: '摘要将上次之后的全部通知合并为一条消息。',
  immediately: '立即发送',
  hourly: '每小时摘要',
  daily: '每日摘要',
  digestTime: '每日摘要的时间',
  timeZone: '时区',
  timeZoneHelp: '用于消息中的时间和每日摘要。',
  repeat: '问题持续时再次通知的间隔',
  repeatHelp: '间隔之内同一问题不再重复通知；恢复时总会通知。',
  afterHours_other: '{count} 小时',
  deliveriesOf: '{name} 的消息',
  allStates: '全部状态',
  nothingTold: '还没有通过此渠道发送过通知。',
  attempts_other: '已尝试 {count} 次',
  repeats_other: '又发生 {count} 次',
  dueAt: '预计 {time} 发送',
  together: '与其他通知合并为一条消息',
  atLeastOnce: '每条消息至少送达一次：服务器崩溃后可能重复。记录保留 30 天。',
};

export const deliveryStates: Translation<typeof enDeliveryStates> = {
  queued: '排队中',
  waiting: '等待摘要',
  sent: '已发送',
  failed: '失败',
  suppressed: '未重复通知',
};

export const deliveryReasons: Translation<typeof enDeliveryReasons> = {
  repeat: '同一问题仍在持续',
  trouble_not_sent: '问题本身未能送达',
  channel_disabled: '渠道已停用',
};

export const severities: Translation<typeof enSeverities> = {
  info: '信息',
  warning: '警告',
  error: '错误',
};

export const leastSeverities: Translation<typeof enLeastSeverities> = {
  info: '不限',
  warning: '警告和错误',
  error: '仅错误',
};

export const noticeSubjects: Translation<typeof enNoticeSubjects> = {
  plan: '备份计划',
  host: '主机',
  storage: '存储',
  repository: '仓库',
};

export const channelChecks: Translation<typeof enChannelChecks> = {
  resolve: '解析地址',
  greet: '连接并登录',
  send: '发送消息',
  result: '结果',
};

export const channelCheckFindings: Translation<typeof enChannelCheckFindings> = {
  resolve: '{host} 的地址为 {address}',
  greet: '已连接、校验并登录',
  send: '对方已接收，请确认是否收到',
  skipped: '前面的步骤未通过，未执行',
};
