export type { PolicyStatement } from './access/policy.ts';
export type { ErrorCode } from './errors.ts';
export type { AccessKey, QingStorServerOptions, ServerEvent } from './options.ts';
export { type QingStorServer, startQingStorServer } from './server.ts';
