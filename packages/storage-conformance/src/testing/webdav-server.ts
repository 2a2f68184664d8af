import { createHash } from 'node:crypto';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startChild } from './children.ts';
import { serverUser } from './server-user.ts';

/** A server of WebDAV on loopback. */
export interface WebdavServer {
  port: number;
  url: string;
  username: string;
  password: string;
  /** What it serves; each test makes a folder of its own in it. */
  root: string;
  /** Of the user that it runs as. */
  uid: number;
  gid: number;
  close: () => Promise<void>;
}

const PROGRAM = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

const username = 'sampan';
const password = 'a-password-of-the-webdav-stand-in';

/**
 * Apache: of the servers that Debian has, it is the one that keeps every name. lighttpd replaces control characters in names
 * by underscores, and nginx does no PROPFIND without a module of others.
 */
export async function startWebdavServer(): Promise<WebdavServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-webdav-'));
  const root = join(folder, 'root');
  const { name, uid, gid } = serverUser();
  const port = await freePort();
  const users = join(folder, 'users');
  const digest = createHash('sha1').update(password).digest('base64');
  await mkdir(root);
  await writeFile(users, `${username}:{SHA}${digest}\n`);
  for (const each of [folder, root, users]) await chown(each, uid, gid);
  const config = join(folder, 'apache.conf');
  const modules = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_basic', 'dav', 'dav_fs'];
  await writeFile(
    config,
    `${modules.map((each) => `LoadModule ${each}_module ${MODULES}/mod_${each}.so`).join('\n')}
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
LogLevel crit
User ${name}
Group #${gid}
DocumentRoot ${root}
AllowEncodedSlashes NoDecode
DavLockDB ${folder}/locks
KeepAliveTimeout 30
MaxKeepAliveRequests 0
StartServers 1
ServerLimit 8
ThreadsPerChild 25
MaxRequestWorkers 200
# What belongs to a name: two puts within one second differ by these.
FileETag MTime Size
<Directory ${root}>
  Dav On
  DavMinTimeout 0
  AuthType Basic
  AuthName sampan
  AuthUserFile ${users}
  Require valid-user
</Directory>
`,
  );
  const child = await startChild(PROGRAM, ['-f', config, '-DFOREGROUND'], port, { uid, gid });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    username,
    password,
    root,
    uid,
    gid,
    async close() {
      await child.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
