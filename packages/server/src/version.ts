import workspace from '../package.json' with { type: 'json' };

export const VERSION = workspace.version;
export const WANTED_NODE_MAJOR = 26;
