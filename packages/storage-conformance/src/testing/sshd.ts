import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startChild } from './children.ts';
import { serverUser } from './server-user.ts';

/** OpenSSH's server, serving SFTP and nothing else, on loopback, with keys of its own. */
export interface Sshd {
  port: number;
  username: string;
  /** Of the user that it serves. */
  uid: number;
  gid: number;
  /** PEM; it opens this server only. */
  privateKey: string;
  /** A key that the server does not know. */
  otherKey: string;
  /** `SHA256:…` of the host key. */
  hostKey: string;
  close: () => Promise<void>;
}

const PROGRAM = '/usr/sbin/sshd';

function makeKey(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'sampan test', '-f', file]);
  return readFileSync(file, 'utf8');
}

/** Log-in by key only: passwords are the system's, and no test may set those. */
export async function startSshd(): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-sshd-'));
  const { name: username, uid, gid } = serverUser();
  const [hostFile, userFile, otherFile] = [join(folder, 'host'), join(folder, 'user'), join(folder, 'other')];
  makeKey(hostFile);
  const privateKey = makeKey(userFile);
  const otherKey = makeKey(otherFile);
  const [, hostKey = ''] = execFileSync('ssh-keygen', ['-lf', `${hostFile}.pub`], { encoding: 'utf8' }).split(' ');
  const port = await freePort();
  const config = join(folder, 'sshd_config');
  await writeFile(
    config,
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${hostFile}
AuthorizedKeysFile ${userFile}.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowTcpForwarding no
PermitTTY no
UseDNS no
MaxStartups 100
MaxSessions 50
LogLevel ERROR
Subsystem sftp internal-sftp
ForceCommand internal-sftp
`,
  );
  for (const file of [folder, `${userFile}.pub`]) await chown(file, uid, gid);
  // Where the server wants to be at home when root starts it; the package's own start script makes it otherwise.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = await startChild(PROGRAM, ['-D', '-e', '-f', config], port);
  return {
    port,
    username,
    uid,
    gid,
    privateKey,
    otherKey,
    hostKey,
    async close() {
      await child.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
