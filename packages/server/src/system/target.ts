/** Sampan as a whole, as the target of operations and in the audit log. Ids of resources are 32 hex characters; there is one system. */
export const SYSTEM_TARGET = { kind: 'system', id: '0'.repeat(32), name: 'Sampan' };
