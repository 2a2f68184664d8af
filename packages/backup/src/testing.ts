import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { OptionValues } from '@sampan/driver';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import { qingstorDriverType } from '@sampan/storage';
import type { GatewayStorage } from './gateway/messages.ts';
import { probeRestic, type Restic } from './restic/version.ts';
import type { RepositoryAccess } from './session.ts';

export const TEST_KEY = {
  accessKeyId: 'QSBACKUPTEST00000001',
  secretAccessKey: 'the-secret-of-the-backup-test-0000000000',
};
export const TEST_PASSWORD = 'the password of a repository';

/** Both that set-up brings: the one of this Debian, and the one of the next. */
export async function resticVersions(): Promise<Restic[]> {
  const brought = path.resolve(import.meta.dirname, '../../../.cache/restic/usr/bin/restic');
  return Promise.all(['/usr/bin/restic', brought].map(probeRestic));
}

/** A folder that is gone after the test, whatever rights its content has. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sampan-backup-'));
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

function storage(type: string, options: OptionValues): GatewayStorage {
  return {
    ...{ type, options, bucket: null, prefix: 'repository/', forbiddenNetworks: [] },
    limits: { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null },
  };
}

export async function localStorage(context: TestContext): Promise<{ folder: string; storage: GatewayStorage }> {
  const folder = await temporaryFolder(context);
  return { folder, storage: storage('local', { folder }) };
}

export async function qingstorStorage(
  context: TestContext,
): Promise<{ server: QingStorServer; storage: GatewayStorage }> {
  const server = await startQingStorServer({ ...TEST_KEY, data: await temporaryFolder(context) });
  context.after(() => server.close());
  const options = { ...TEST_KEY, endpoint: server.url, bucket: 'backup-bucket' };
  const driver = qingstorDriverType.create(options);
  await driver.buckets?.create({ name: 'backup-bucket' });
  await driver.close();
  return { server, storage: storage('qingstor', options) };
}

export async function accessTo(context: TestContext, restic: Restic, to: GatewayStorage): Promise<RepositoryAccess> {
  return { restic, storage: to, password: TEST_PASSWORD, cacheFolder: await temporaryFolder(context) };
}

/** Names, sizes, modes, times, links and holes that have broken other tools. */
export function makeHostileTree(folder: string): void {
  const file = (name: string, content: string | Buffer, mode = 0o644): void => {
    const where = path.join(folder, name);
    mkdirSync(path.dirname(where), { recursive: true });
    writeFileSync(where, content);
    chmodSync(where, mode);
    utimesSync(where, new Date(1_700_000_000_123), new Date(1_600_000_000_456));
  };
  file('plain.txt', 'plain', 0o600);
  file('a[1].txt', 'brackets');
  file('star*and?.txt', 'globs');
  file('back\\slash', 'x');
  file(' blanks at both ends ', 'x');
  file('new\nline', 'x', 0o755);
  file('-dash', 'x');
  file('$HOME', 'no variable');
  file('#hash!', 'x');
  file('中文/文件 一.txt', '内容');
  file('deep/er/and/deeper/file', Buffer.alloc(300_000, 7), 0o444);
  file('empty', '');
  file('large', Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) & 255)));
  mkdirSync(path.join(folder, 'empty folder'), { recursive: true });
  symlinkSync('plain.txt', path.join(folder, 'link'));
  symlinkSync('/nowhere/at/all', path.join(folder, 'broken link'));
  linkSync(path.join(folder, 'plain.txt'), path.join(folder, 'hard link'));
  execFileSync('truncate', ['-s', '5M', path.join(folder, 'hole')]);
  for (const each of ['中文', 'empty folder', '.'])
    utimesSync(path.join(folder, each), new Date(1_700_000_000_000), new Date(1_650_000_000_000));
}

/** Everything about a tree that a restore must bring back, by path. */
export function describeTree(folder: string): Map<string, string> {
  const tree = new Map<string, string>();
  function inside(below: string): void {
    const where = path.join(folder, below);
    const { mode, mtimeMs, size, uid, gid, nlink } = lstatSync(where);
    const found = lstatSync(where);
    const common = `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
    if (found.isSymbolicLink()) tree.set(below, `link to ${readlinkSync(where)}`);
    else if (found.isDirectory()) {
      tree.set(below, `folder ${common} ${Math.round(mtimeMs)}`);
      for (const name of readdirSync(where)) inside(path.join(below, name));
    } else {
      tree.set(
        below,
        `file ${common} ${Math.round(mtimeMs)} ${size} links ${nlink} ${readFileSync(where).toString('base64').slice(0, 4_000_000)}`,
      );
    }
  }
  inside('');
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}
