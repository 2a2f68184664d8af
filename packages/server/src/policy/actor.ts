import type { Role } from './roles.ts';

/** Who asks. Made once per request by `authentication`, or by the server itself for its own work. */
export type Actor =
  | {
      kind: 'user';
      id: string;
      name: string;
      role: Role;
      sessionId: string;
      address: string;
    }
  | {
      kind: 'access_key';
      /** Id of the AccessKey's row. */
      id: string;
      /** The AccessKey ID that signs. */
      accessKeyId: string;
      /** Whose key it is; it can never do more than this user. */
      userId: string;
      name: string;
      role: Role;
      scopes: readonly string[];
      address: string;
    }
  | { kind: 'system'; id: null; name: 'Sampan' };

export const SYSTEM: Actor = { kind: 'system', id: null, name: 'Sampan' };

/** The user behind an actor; null for Sampan itself. */
export function userIdOf(actor: Actor): string | null {
  switch (actor.kind) {
    case 'user':
      return actor.id;
    case 'access_key':
      return actor.userId;
    case 'system':
      return null;
  }
}
