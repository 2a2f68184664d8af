export { makeLog } from './platform/log.ts';
export { type RunningServer, startServer } from './server.ts';
export { readSettings, type Settings, SettingsError } from './settings.ts';
