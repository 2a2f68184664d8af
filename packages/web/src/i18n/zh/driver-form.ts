import type {
  checkStates as enCheckStates,
  connectionTest as enConnectionTest,
  driverForm as enDriverForm,
  optionProblems as enOptionProblems,
  optionsForm as enOptionsForm,
} from '../en/driver-form.ts';
import type { Translation } from '../translation.ts';

export const connectionTest: Translation<typeof enConnectionTest> = {
  start: '测试连接',
  again: '重新测试',
  running: '测试中…',
  passed: '连接正常。',
  failed: '连接尚不可用。',
  stopped: '测试在结束前中断了。',
};

export const driverForm: Translation<typeof enDriverForm> = {
  type: '类型',
  chooseType: '选择类型',
  secretSet: '已设置，留空则不修改。',
  clearSecret: '移除已保存的值',
  keepSecret: '保留已保存的值',
  secretWillBeCleared: '保存时将移除已保存的值。',
  noLongerKnown: '服务器不认识此类型。',
  conflictText: '请比较两个版本。可以载入对方的版本继续编辑，或用您的版本覆盖。',
  conflictField: '字段',
  conflictTheirs: '服务器上的当前值',
  conflictYours: '您的值',
  loadTheirs: '载入对方的版本',
  overwrite: '用我的版本覆盖',
  secretHidden: '（机密）',
  unsavedTitle: '放弃已输入的内容？',
  unsavedText: '表单中有尚未保存的更改。',
  discard: '放弃',
  keepEditing: '继续编辑',
};

export const checkStates: Translation<typeof enCheckStates> = {
  passed: '通过',
  warning: '警告',
  failed: '失败',
  skipped: '跳过',
};

export const optionProblems: Translation<typeof enOptionProblems> = {
  required: '此项必填。',
  unknown_field: '没有此字段。',
  wrong_type: '值的类型不正确。',
  wrong_integer: '请输入整数。',
  wrong_bytes: '请输入容量，例如 200Mi。',
  not_offered: '请从给出的值中选择。',
  too_small: '不能小于 {minimum}。',
  too_large: '不能大于 {maximum}。',
  too_long: '最多 {maximumLength} 个字符。',
  bad_format: '格式不正确。',
  bad_address: '请输入以 https:// 或 http:// 开头的地址。',
  plain_http: '密钥会未经加密地通过网络。请使用 https://，或在高级选项中允许明文 HTTP。',
  incomplete_credentials: '密钥的两部分请都填写，或都留空。',
  surrounding_blank: '请去掉开头或结尾的空格。',
};

export const optionsForm: Translation<typeof enOptionsForm> = {
  automatic: '自动',
  chooseOrType: '选择或输入',
  defaultIs: '默认：{value}',
  showSecret: '显示输入内容',
  hideSecret: '隐藏输入内容',
};
