export const connectionTest = {
  start: 'Test Connection',
  again: 'Test again',
  running: 'Testing…',
  passed: 'The connection works.',
  failed: 'The connection does not work yet.',
  stopped: 'The test was cut off before it ended.',
};

export const driverForm = {
  type: 'Type',
  chooseType: 'Choose a type',
  secretSet: 'Set. Unchanged when left blank.',
  clearSecret: 'Remove the stored value',
  keepSecret: 'Keep the stored value',
  secretWillBeCleared: 'The stored value is removed when you save.',
  noLongerKnown: 'This type is not known to the server.',
  conflictText: 'Compare both versions. Load theirs to continue from it, or overwrite it with yours.',
  conflictField: 'Field',
  conflictTheirs: 'Now on the server',
  conflictYours: 'Yours',
  loadTheirs: 'Load theirs',
  overwrite: 'Overwrite with mine',
  secretHidden: '(secret)',
  unsavedTitle: 'Discard what you entered?',
  unsavedText: 'The form has changes that are not saved.',
  discard: 'Discard',
  keepEditing: 'Keep editing',
};

export const checkStates = {
  passed: 'Passed',
  warning: 'Warning',
  failed: 'Failed',
  skipped: 'Skipped',
};

export const optionProblems = {
  required: 'This field is needed.',
  unknown_field: 'This field is not known.',
  wrong_type: 'This is not a value of the right kind.',
  wrong_integer: 'Type a whole number.',
  wrong_bytes: 'Type a size such as 200Mi.',
  not_offered: 'Choose one of the values that are offered.',
  too_small: 'At least {minimum}.',
  too_large: 'At most {maximum}.',
  too_long: 'At most {maximumLength} characters.',
  bad_format: 'This does not have the form that is needed.',
  bad_address: 'Type an address that begins with https:// or http://.',
  plain_http: 'Keys would cross the network unencrypted. Use https://, or allow plain HTTP under Advanced.',
  incomplete_credentials: 'Give both parts of the key, or leave both blank.',
  surrounding_blank: 'Remove the blank at the beginning or the end.',
};

export const optionsForm = {
  automatic: 'Automatic',
  chooseOrType: 'Choose or type',
  defaultIs: 'Default: {value}',
  showSecret: 'Show what is typed',
  hideSecret: 'Hide what is typed',
};
