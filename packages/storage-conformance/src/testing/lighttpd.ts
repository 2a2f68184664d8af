import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startChild } from './children.ts';
import { serverUser } from './server-user.ts';
import type { WebdavServer } from './webdav-server.ts';

const PROGRAM = '/usr/sbin/lighttpd';

const username = 'sampan';
const password = 'a-password-of-the-webdav-stand-in';

/** lighttpd: unlike Apache it moves a file over another at once, which is what the driver asks of all others. */
export async function startLighttpd(): Promise<WebdavServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-lighttpd-'));
  const [root, uploads, users] = [join(folder, 'root'), join(folder, 'uploads'), join(folder, 'users')];
  const { uid, gid } = serverUser();
  const port = await freePort();
  await mkdir(root);
  await mkdir(uploads);
  await writeFile(users, `${username}:${password}\n`);
  for (const each of [folder, root, uploads, users]) await chown(each, uid, gid);
  const config = join(folder, 'lighttpd.conf');
  await writeFile(
    config,
    `server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${root}"
server.upload-dirs = ("${uploads}")
server.modules = ("mod_auth", "mod_authn_file", "mod_webdav")
server.max-request-size = 0
server.max-keep-alive-requests = 100000
server.http-parseopts = ("url-normalize" => "disable", "url-ctrls-reject" => "disable")
# Without a type a file would have neither ETag nor time.
mimetype.assign = ("" => "application/octet-stream")
webdav.activate = "enable"
webdav.is-readonly = "disable"
auth.backend = "plain"
auth.backend.plain.userfile = "${users}"
auth.require = ("/" => ("method" => "basic", "realm" => "sampan", "require" => "valid-user"))
`,
  );
  const child = await startChild(PROGRAM, ['-D', '-f', config], port, { uid, gid });
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
