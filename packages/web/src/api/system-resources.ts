/** A server that works on the database now. */
export interface Server {
  id: string;
  nodeId: string;
  /** Of the computer. */
  name: string;
  version: string;
  startedAt: string;
  seenAt: string;
  /** It gave this answer. */
  isThis: boolean;
  hasSecretKey: boolean;
}

export interface System {
  version: string;
  database: 'sqlite' | 'postgres';
  /** Started from a backup of its database, and begins nothing by itself; null: it works. */
  standby: { copiedAt: string; since: string } | null;
  servers: Server[];
}

export type SecretKeySource = 'folder' | 'file' | 'value' | 'command';

/** A change of the secret key that has not ended. */
export interface Rotation {
  from: string;
  to: string;
  phase: 'prepared' | 'switched';
  startedAt: string;
}

export interface RecoveryKey {
  /** Its public half. */
  recipient: string;
  createdAt: string;
  createdBy: string;
  checkedAt: string | null;
}

export interface SecretKey {
  id: string;
  from: SecretKeySource;
  /** The folder or file on the server; null where only people know. */
  place: string | null;
  rotation: Rotation | null;
  recoveryKey: RecoveryKey | null;
}

/** The only answer that ever holds it. */
export interface NewRecoveryKey {
  recoveryKey: string;
  recipient: string;
  createdAt: string;
}
