import type { StorageEnvironment } from '../../contract.ts';
import { cancelled, orAborted } from '../../source.ts';
import type { SftpOptions } from './options.ts';
import { openSession, type Session } from './session.ts';

interface Member {
  session: Promise<Session>;
  /** Calls under way. */
  busy: number;
  isUsable: boolean;
}

export interface Pool {
  /** The least busy connection; to be given back with `leave`. */
  enter(signal: AbortSignal | undefined): Promise<{ session: Session; leave: () => void }>;
  close(): Promise<void>;
}

/** Up to so many connections, made when those that are there are busy; a broken one is replaced. */
export function createPool(options: SftpOptions, environment: StorageEnvironment): Pool {
  let members: Member[] = [];

  function add(): Member {
    const member: Member = { session: openSession(options, environment), busy: 0, isUsable: true };
    const drop = (): void => {
      member.isUsable = false;
      members = members.filter((each) => each !== member);
    };
    member.session.then((session) => session.ended.catch(drop), drop);
    members.push(member);
    return member;
  }

  return {
    async enter(signal) {
      if (signal?.aborted) throw cancelled();
      const [idlest] = members.filter(({ isUsable }) => isUsable).sort((a, b) => a.busy - b.busy);
      const isRoom = members.length < options.connections;
      const member = !idlest || (idlest.busy > 0 && isRoom) ? add() : idlest;
      member.busy += 1;
      let isLeft = false;
      const leave = (): void => {
        if (!isLeft) member.busy -= 1;
        isLeft = true;
      };
      try {
        return { session: await orAborted(member.session, signal), leave };
      } catch (error) {
        leave();
        throw error;
      }
    },

    async close() {
      const open = members;
      members = [];
      await Promise.all(open.map(({ session }) => session.then((each) => each.end()).catch(() => undefined)));
    },
  };
}
