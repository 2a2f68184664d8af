export const notifications = {
  title: 'Notifications',
  explanation: 'Tell people when backups fail or do not happen, and when hosts or storages do not work.',
  add: 'Add channel',
  addType: 'Add channel: {type}',
  otherType: 'Other type',
  edit: 'Edit {name}',
  typesText: 'Where messages go. Each channel has its own rules, language and times.',
  emptyText: 'There is no channel yet, so nobody is told when a backup fails or does not happen.',
  destination: 'To',
  tells: 'Tells',
  lastMessage: 'Last message',
  pending: 'Waiting',
  off: 'Switched off',
  nothingSent: 'Nothing sent',
  arrives: 'Arrives',
  doesNotArrive: 'Does not arrive',
  nameHelp: 'How this channel is called in Sampan.',
  testNothingStored: 'The test sends one message; nothing is stored.',
  conflictTitle: 'Somebody changed this channel meanwhile',
  created: 'The channel {name} is added.',
  saved: 'The channel {name} is saved.',
  sendTest: 'Send a test message',
  sendAgain: 'Send again',
  testTitle: 'Test message: {name}',
  testText: 'A test message goes to {destination}. Look whether it arrives.',
  removeTitle: 'Delete the channel {name}?',
  removeText: 'Nobody is told anything by it any more. The list of its messages is deleted with it.',
  removed: 'The channel {name} is deleted.',
  whatIsTold: 'What is told',
  whenAndHow: 'When and how',
  rules: 'Rules',
  presetFailures: 'Failures and missing backups',
  presetFailuresText: 'Errors and warnings, and the end of each trouble.',
  presetEverything: 'Everything',
  presetEverythingText: 'Also each backup that succeeded.',
  presetOwn: 'Rules of your own',
  presetOwnText: 'Only certain events, plans, hosts or storages.',
  presetNothing: 'Nothing',
  presetNothingText: 'The channel stays, and only tests go through it.',
  rule: 'Rule {number}',
  addRule: 'Add rule',
  removeRule: 'Remove rule',
  events: 'Events',
  allEvents: 'All events',
  severity: 'Severity',
  resources: 'About',
  allResources: 'Anything',
  enabled: 'Switched on',
  enabledHelp: 'Switched off, what waits is not sent any more.',
  language: 'Language of the messages',
  digest: 'Send',
  digestHelp: 'A digest is one message with everything since the last one.',
  immediately: 'Immediately',
  hourly: 'Hourly digest',
  daily: 'Daily digest',
  digestTime: 'Time of the daily digest',
  timeZone: 'Time zone',
  timeZoneHelp: 'Of the times in messages, and of the daily digest.',
  repeat: 'Trouble that lasts is told again after',
  repeatHelp: 'In between, the same trouble is kept quiet. Its end is always told.',
  afterHours_one: '{count} hour',
  afterHours_other: '{count} hours',
  deliveriesOf: 'Messages of {name}',
  allStates: 'All states',
  nothingTold: 'Nothing was told through this channel yet.',
  attempts_one: '{count} attempt',
  attempts_other: '{count} attempts',
  repeats_one: 'came {count} time more',
  repeats_other: 'came {count} times more',
  dueAt: 'due {time}',
  together: 'in one message with others',
  atLeastOnce: 'Messages arrive at least once: after a crash one may come twice. They are kept here for 30 days.',
};

export const deliveryStates = {
  queued: 'Queued',
  waiting: 'Waits for the digest',
  sent: 'Sent',
  failed: 'Failed',
  suppressed: 'Kept quiet',
};

export const deliveryReasons = {
  repeat: 'the same trouble, still lasting',
  trouble_not_sent: 'the trouble itself never arrived',
  channel_disabled: 'the channel was switched off',
};

export const severities = {
  info: 'Information',
  warning: 'Warning',
  error: 'Error',
};

export const leastSeverities = {
  info: 'Any',
  warning: 'Warnings and errors',
  error: 'Errors only',
};

export const noticeSubjects = {
  plan: 'Backup plans',
  host: 'Hosts',
  storage: 'Storages',
  repository: 'Repositories',
};

export const channelChecks = {
  resolve: 'Find the address',
  greet: 'Connect and sign in',
  send: 'Send a message',
  result: 'Result',
};

export const channelCheckFindings = {
  resolve: '{host} is {address}',
  greet: 'Connected, verified and signed in',
  send: 'The other side took it; look whether it is there',
  skipped: 'Not tried, because an earlier step did not succeed',
};

export const channelErrors = {
  channel_unreachable: {
    message: 'The other side was not reached.',
    detailed: '{host} was not reached: {reason}.',
    hint: 'Check the address, the network of the server and its firewall.',
  },
  channel_timeout: {
    message: 'The other side did not answer in time.',
    detailed: '{host} did not answer within {seconds} s.',
    hint: 'The message may have arrived all the same; it is sent again.',
  },
  channel_tls_failed: {
    message: 'The certificate is not accepted.',
    detailed: 'The certificate of {host} is not accepted: {reason}.',
    hint: 'Mend the certificate, or give the CA that issued it.',
  },
  channel_redirected: {
    message: 'The address answers with a redirect, which is not followed.',
    hint: 'Give the address that it leads to.',
  },
  channel_bad_signature: {
    message: 'The signature is not accepted.',
    hint: 'Copy the signing secret of the robot again, and check the clock of the server.',
  },
  channel_keyword_missing: {
    message: 'The robot takes only messages with its keyword.',
    hint: 'Add the keyword "Sampan" to the robot, or use a signature instead.',
  },
  channel_address_not_allowed: {
    message: 'The robot does not take messages from this address.',
    hint: 'Add the address of the server to the list of the robot.',
  },
  channel_throttled: {
    message: 'Too many messages.',
    hint: 'They are sent later. A digest sends fewer.',
  },
  channel_gone: {
    message: 'The other side does not know this robot, group or token any more.',
    hint: 'Make it anew there and give its address here.',
  },
  channel_message_refused: {
    message: 'The message is not accepted.',
    hint: 'Look at what the other side says.',
  },
  channel_login_failed: {
    message: 'The login is not accepted.',
    hint: 'Check user name and password or token. Many mail providers want a password for applications.',
  },
  channel_recipient_refused: {
    message: 'A sender or recipient is not accepted.',
    hint: 'Check the addresses.',
  },
  channel_unavailable: {
    message: 'The other side cannot take messages now.',
    hint: 'It is sent again later.',
  },
};
