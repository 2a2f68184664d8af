import type * as en from '../en/system.ts';
import type { Translation } from '../translation.ts';

export const system: Translation<typeof en.system> = {
  title: '系统',
  servers: '服务器',
  server: '服务器',
  thisOne: '本服务器',
  version: '版本',
  started: '启动时间',
  node: '节点',
  noServers: '最近没有服务器的消息。',
  hasKey: '已有',
  lacksKey: '缺少',
  lackKey: '以下服务器无法打开机密：{servers}。请把机密密钥放到它们存放密钥的地方。',

  secretKey: '机密密钥',
  secretKeyText:
    '数据库中的每项机密（云和存储的密钥、仓库密码、AccessKey）都用它加密。它放在数据之外，因此数据的副本不会泄露任何内容。',
  keyId: '编号',
  kept: '存放于',
  keyPlaces: {
    folder: '{place}，由 Sampan 生成的文件',
    file: '{place}，由 SAMPAN_SECRET_KEY_FILE 指定',
    value: '设置 SAMPAN_SECRET_KEY',
    command: 'SAMPAN_SECRET_KEY_COMMAND 的输出',
  },
  change: '更换机密密钥…',
  goOn: '继续更换…',
  changeUnderWay: '更换',
  phases: { prepared: '已准备', switched: '已切换' },
  phaseTexts: {
    prepared: '尚未用 {to} 加密任何内容。',
    switched: '新内容已用 {to} 加密；此前的内容会重新加密。',
  },
  showOperation: '查看操作',
  changeTitle: '更换机密密钥',
  changeText: '在服务器工作的同时，用另一把密钥重新加密每项机密。',
  changeGoesOn: '更换为 {to} 已开始，但尚未结束。它会从停下的地方继续。',
  changeFirst: {
    folder: '新密钥由 Sampan 生成，作为另一个文件放在 {place}。',
    file: '请先在每台服务器上把新密钥加到 {place} 中，另起一行，放在现有密钥之后。无需重新启动即可读取。',
    value: '请先在每台服务器上把新密钥加到 SAMPAN_SECRET_KEY 中，放在现有密钥之后并以逗号隔开，然后重新启动服务器。',
    command:
      '请先让每台服务器上的 SAMPAN_SECRET_KEY_COMMAND 也输出新密钥，另起一行，放在现有密钥之后。无需重新启动即可读取。',
  },
  makeNewKey: '生成新密钥的命令',
  changeServers:
    '在用新密钥加密任何内容之前，{number} 台服务器都需要有它：更换会等待一分钟，说明哪台缺少它，之后可以重新开始。',
  changeCopy: '目录不共享时，请把新文件复制到每台服务器的同一目录。',
  changeAfter: {
    folder: '只要还保留着此前的数据库备份，就请保留旧文件。',
    setting: '更换结束后，请把旧密钥从设置中去掉；只要还保留着此前的数据库备份，就请把它另存在别处。',
  },
  changeRecovery: '恢复密钥同样能打开新密钥，无需取出。',
  changeNoRecovery: '尚无恢复密钥。请先生成一把：没有它，密钥一旦丢失就无法找回。',
  changeOk: '更换密钥',
  goOnOk: '继续',

  recoveryKey: '恢复密钥',
  recoveryText:
    '机密密钥丢失时，凭恢复密钥和数据库副本即可重新启动服务器。请与服务器分开保存：放在密码管理器中，或写在纸上放进保险柜。',
  recoveryStates: { none: '无', unchecked: '未核对', checked: '已核对' },
  recoveryNone: '机密密钥一旦丢失，任何人都无法再打开这些机密。',
  recoveryUnchecked: '请从保存处取出并核对：从未核对过的恢复密钥可能抄错了。',
  made: '生成',
  madeBy: '{name} 于 {time}',
  publicHalf: '公开部分',
  checked: '核对',
  notChecked: '尚未',
  make: '生成恢复密钥…',
  replace: '更换…',
  check: '核对…',
  makeTitle: '生成恢复密钥',
  replaceTitle: '更换恢复密钥？',
  makeText: '它会立即显示，且仅显示一次。请先打开密码管理器，或准备好打印机。',
  makeWarning: '同时拥有它和数据库副本的人，可以打开全部机密。它打不开此前制作的数据库副本。',
  replaceText: '{name} 于 {time} 生成的恢复密钥从此作废。',
  makeOk: '生成',
  replaceOk: '更换',
  shownTitle: '请立即保存恢复密钥',
  shownText: '它仅显示这一次，Sampan 无法再次显示。',
  copyKey: '复制恢复密钥',
  print: '打印',
  isKept: '我已将它保存在密码管理器中或纸上，并与本服务器分开',
  done: '完成',
  leaveTitle: '不保存恢复密钥就离开？',
  leaveText: '它不会再次显示。没有保存的话，只能更换。',
  leave: '离开',
  stay: '留下',
  checkTitle: '核对恢复密钥',
  checkText: '请从保存处取出，粘贴或输入。空格、换行和小写字母都没有关系。',
  checkOk: '核对',
  checkRight: '正确：它能打开本服务器的机密密钥。',

  sheetTitle: 'Sampan：恢复密钥',
  sheetServer: '服务器',
  sheetAddress: '地址',
  sheetMade: '生成',
  sheetKey: '生成时的机密密钥',
  sheetWhat: '这是什么',
  sheetWhatText:
    '它能打开机密密钥，而此 Sampan 数据库中的每项机密都用机密密钥加密。同时拥有本页和数据库副本的人，就拥有全部机密：请与服务器分开，存放在保险柜中。',
  sheetUse: '机密密钥丢失时',
  sheetSteps: {
    database: '1. 把数据库或其备份放入服务器的 SAMPAN_DATA。',
    start:
      '2. 设置 SAMPAN_RECOVERY_KEY 为上面的密钥（有无空格均可），启动一次 Sampan。那次启动时请取消设置 SAMPAN_SECRET_KEY 和 SAMPAN_SECRET_KEY_COMMAND。',
    after: '3. 机密密钥会放回原处。此后启动不再需要恢复密钥。',
  },

  standby: '待命',
  standbyText:
    '本服务器由 {time} 的数据库备份启动。在接管之前，备份计划不会自行运行，也不会发送通知；您要求的操作会照常执行。',
  standbyAsk: '管理员可以让它接管。',
  takeOver: '接管…',
  takeOverTitle: '让本服务器接管？',
  takeOverText:
    '此后它将代替备份所属的服务器自行工作：错过时间的备份计划会立即运行，仓库会按时检查和整理，通知会照常发送。',
  takeOverFirst: '请先暂停文件尚未恢复的备份计划。',
  takeOverWarning: '两台执行同样备份计划的服务器会互相删除对方的备份。',
  takeOverStopped: '另一台服务器已不再运行，也不会再启动',
  takeOverOk: '接管',
  tookOver: '本服务器现在自行工作。',
};

export const systemOperationKinds: Translation<typeof en.systemOperationKinds> = {
  secret_key_rotate: '更换机密密钥',
};

export const systemSteps: Translation<typeof en.systemSteps> = {
  secret_key_rotate_prepare: '准备新密钥',
  secret_key_rotate_servers: '等待每台服务器都有它',
  secret_key_rotate_switch: '从此用它加密',
  secret_key_rotate_reseal: '重新加密已有内容',
  secret_key_rotate_finish: '收尾',
};
