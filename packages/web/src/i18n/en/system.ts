export const system = {
  title: 'System',
  servers: 'Servers',
  server: 'Server',
  thisOne: 'this one',
  version: 'Version',
  started: 'Started',
  node: 'Node',
  noServers: 'No server has been heard of lately.',
  hasKey: 'Has it',
  lacksKey: 'Missing',
  lackKey: 'These servers cannot open secrets: {servers}. Put the secret key where their key is kept.',

  secretKey: 'Secret key',
  secretKeyText:
    'It seals every secret in the database: keys of clouds and storages, passwords of repositories, AccessKeys. It lies outside the data, so that a copy of the data tells nothing.',
  keyId: 'Id',
  kept: 'Kept in',
  keyPlaces: {
    folder: '{place}, in a file made by Sampan',
    file: '{place}, set by SAMPAN_SECRET_KEY_FILE',
    value: 'the setting SAMPAN_SECRET_KEY',
    command: 'what SAMPAN_SECRET_KEY_COMMAND prints',
  },
  change: 'Change the secret key…',
  goOn: 'Go on with the change…',
  changeUnderWay: 'Change',
  phases: { prepared: 'Prepared', switched: 'Switched' },
  phaseTexts: {
    prepared: 'Nothing is sealed with {to} yet.',
    switched: 'What is new is sealed with {to}; what is older is sealed anew.',
  },
  showOperation: 'Show the operation',
  changeTitle: 'Change the secret key',
  changeText: 'Every secret is sealed with another key, while the servers work.',
  changeGoesOn: 'The change to {to} was begun and has not ended. It goes on where it stopped.',
  changeFirst: {
    folder: 'Sampan makes the new key itself, as another file in {place}.',
    file: 'First add the new key to {place} on every server, on a line of its own behind the present one. It is read without a restart.',
    value:
      'First add the new key to SAMPAN_SECRET_KEY on every server, behind the present one with a comma between, and restart the server.',
    command:
      'First let SAMPAN_SECRET_KEY_COMMAND print the new key too, on every server, on a line of its own behind the present one. It is read without a restart.',
  },
  makeNewKey: 'A new key is made by',
  changeServers:
    'Each of the {number} servers needs the new key before anything is sealed with it: the change waits a minute, tells which lack it, and can be started again.',
  changeCopy: 'Where the folder is not shared, copy the new file into the same folder of each.',
  changeAfter: {
    folder: 'Keep the old file as long as you keep backups of the database from before.',
    setting:
      'When the change has ended, take the old key out again, and keep it elsewhere as long as you keep backups of the database from before.',
  },
  changeRecovery: 'The recovery key opens the new key too; nobody has to fetch it.',
  changeNoRecovery: 'There is no recovery key. Make one first: without it, a key that is lost is lost for good.',
  changeOk: 'Change the key',
  goOnOk: 'Go on',

  recoveryKey: 'Recovery key',
  recoveryText:
    'With it and a copy of the database, a server whose secret key was lost starts again. Keep it apart from the server: in a password manager, or on paper in a safe.',
  recoveryStates: { none: 'None', unchecked: 'Not checked', checked: 'Checked' },
  recoveryNone: 'If the secret key were lost, nobody could open the secrets again.',
  recoveryUnchecked: 'Fetch it from where you keep it and check it: what was never checked may have been copied wrong.',
  made: 'Made',
  madeBy: '{time} by {name}',
  publicHalf: 'Public half',
  checked: 'Checked',
  notChecked: 'Not yet',
  make: 'Make the recovery key…',
  replace: 'Replace…',
  check: 'Check…',
  makeTitle: 'Make the recovery key',
  replaceTitle: 'Replace the recovery key?',
  makeText: 'It is shown once, right after this. Have your password manager open, or a printer at hand.',
  makeWarning:
    'Whoever has it and a copy of the database can open every secret. Copies of the database that were made before are not opened by it.',
  replaceText: 'The one that {name} made on {time} is worth nothing from then on.',
  makeOk: 'Make it',
  replaceOk: 'Replace it',
  shownTitle: 'Keep the recovery key now',
  shownText: 'It is shown this one time only. Sampan cannot show it again.',
  copyKey: 'Copy the recovery key',
  print: 'Print',
  isKept: 'I keep it in a password manager or on paper, apart from this server',
  done: 'Done',
  leaveTitle: 'Leave without the recovery key?',
  leaveText: 'It is not shown again. Without it, you would have to replace it.',
  leave: 'Leave',
  stay: 'Stay',
  checkTitle: 'Check the recovery key',
  checkText: 'Fetch it from where you keep it and paste or type it. Blanks, line ends and small letters do not matter.',
  checkOk: 'Check',
  checkRight: 'This is it: it opens the secret key of this server.',

  sheetTitle: 'Sampan: recovery key',
  sheetServer: 'Server',
  sheetAddress: 'Address',
  sheetMade: 'Made',
  sheetKey: 'Secret key when it was made',
  sheetWhat: 'What it is',
  sheetWhatText:
    'It opens the secret key, with which every secret in the database of this Sampan is sealed. Whoever has this sheet and a copy of the database has them all: keep it in a safe, apart from the server.',
  sheetUse: 'When the secret key is lost',
  sheetSteps: {
    database: '1. Put the database, or a backup of it, into SAMPAN_DATA of the server.',
    start:
      '2. Start Sampan once with the setting SAMPAN_RECOVERY_KEY: the key above, with or without the blanks. Unset SAMPAN_SECRET_KEY and SAMPAN_SECRET_KEY_COMMAND for that start.',
    after: '3. It puts the secret key back to its place. From the next start on this key is not needed.',
  },

  standby: 'On standby',
  standbyText:
    'Started from a backup of its database, made {time}. Until it takes over, no plan runs by itself and nobody is notified; what you ask for is done.',
  standbyAsk: 'An administrator can let it take over.',
  takeOver: 'Take over…',
  takeOverTitle: 'Let this server take over?',
  takeOverText:
    'From then on it works by itself, in place of the server that the backup is of: plans whose time has passed run at once, repositories are checked and tidied, people are notified.',
  takeOverFirst: 'First pause the plans whose files are not back yet.',
  takeOverWarning: 'Two servers that follow the same plans delete each other’s backups.',
  takeOverStopped: 'The other server does not run any more, and will not start again',
  takeOverOk: 'Take over',
  tookOver: 'This server works by itself now.',
};

export const systemOperationKinds = { secret_key_rotate: 'Change the secret key' };

export const systemSteps = {
  secret_key_rotate_prepare: 'Make or read the new key',
  secret_key_rotate_servers: 'Wait until every server has it',
  secret_key_rotate_switch: 'Seal with it from now on',
  secret_key_rotate_reseal: 'Seal anew what is there',
  secret_key_rotate_finish: 'Finish',
};
