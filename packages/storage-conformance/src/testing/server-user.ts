import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/** Who a server of a test runs as, or serves: for root every folder is open, so that it is nobody then. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) {
    const { username: name, uid, gid } = userInfo();
    return { name, uid, gid };
  }
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { name: 'nobody', uid: idOf('-u'), gid: idOf('-g') };
}
