import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  type BackupNode,
  type BackupProgress,
  backUp,
  changePassword,
  checkRepository,
  copySnapshots,
  createLike,
  createOrOpen,
  createRepository,
  forgetSnapshots,
  type Gateway,
  listLocks,
  listNodes,
  listSnapshots,
  openRepository,
  pruneRepository,
  readContent,
  restore,
} from '../index.ts';
import { isFullRestic, type Restic } from '../restic/version.ts';
import {
  accessTo,
  describeTree,
  localStorage,
  makeHostileTree,
  qingstorStorage,
  TEST_PASSWORD,
  temporaryFolder,
} from '../testing.ts';

const HOST = 'sampan-test';
/** What the engine does with one version of restic: in a file of its own for each, since every command takes a second. */
export function engineTests(restic: Restic): void {
  const once = { skip: isFullRestic(restic) ? false : 'the same for every version, and tried with the newest' };
  describe(`with restic ${restic.version}`, () => {
    // Which storage lies behind the gateway is nothing to restic: the older one is tried on one.
    for (const kind of isFullRestic(restic) ? (['local', 'qingstor'] as const) : (['local'] as const)) {
      test(`a hostile tree is backed up to ${kind}, changed, backed up, and comes back the same`, async (context) => {
        const { storage } = kind === 'local' ? await localStorage(context) : await qingstorStorage(context);
        const access = await accessTo(context, restic, storage);
        const source = path.join(await temporaryFolder(context), 'source');
        makeHostileTree(source);
        const made = await createOrOpen(access);
        assert.equal(made.isNew, true);
        assert.equal((await createOrOpen(access)).isNew, false);

        const progress: BackupProgress[] = [];
        const first = await backUp(access, {
          paths: [source],
          host: HOST,
          tags: ['plan-x'],
          onProgress: (each) => progress.push(each),
        });
        assert.equal(first.state, 'complete');
        const before = describeTree(source);
        writeFileSync(path.join(source, 'plain.txt'), 'changed');
        rmSync(path.join(source, 'deep'), { recursive: true });
        const second = await backUp(access, {
          paths: [source],
          host: HOST,
          tags: ['plan-x'],
          parent: first.snapshotId,
        });
        assert.ok(second.filesUnmodified > 0, JSON.stringify(second));
        const after = describeTree(source);

        const snapshots = await listSnapshots(access);
        assert.equal(snapshots.length, 2);
        for (const [index, expected] of [before, after].entries()) {
          const target = await temporaryFolder(context);
          const result = await restore(access, { snapshotId: snapshots[index]?.id ?? '', target });
          assert.equal(result.state, 'complete', JSON.stringify(result.failures));
          assert.deepEqual(describeTree(path.join(target, source)), expected);
        }
        assert.deepEqual(await checkRepository(access, { readData: 'all' }), { isSound: true, problems: [] });
        await forgetSnapshots(access, [snapshots[0]?.id ?? '']);
        await pruneRepository(access);
        assert.equal((await listSnapshots(access)).length, 1);
        assert.equal((await checkRepository(access, { readData: 'all' })).isSound, true);
        assert.deepEqual(await listLocks(access), []);
      });
    }

    test('a mirror holds what the first repository does, once, and restores the same', async (context) => {
      const first = await accessTo(context, restic, (await localStorage(context)).storage);
      const mirror = await accessTo(context, restic, (await qingstorStorage(context)).storage);
      const source = path.join(await temporaryFolder(context), 'source');
      makeHostileTree(source);
      await createRepository(first);
      const { snapshotId } = await backUp(first, { paths: [source], host: HOST });
      await createLike(first, mirror);
      const sent: number[] = [];
      await copySnapshots(first, mirror, [snapshotId], { onProgress: (bytes) => sent.push(bytes) });
      assert.ok((sent.at(-1) ?? 0) > 0);
      const [copy] = await listSnapshots(mirror);
      assert.equal(copy?.original, snapshotId);
      const again: number[] = [];
      await copySnapshots(first, mirror, [snapshotId], { onProgress: (bytes) => again.push(bytes) });
      assert.equal((await listSnapshots(mirror)).length, 1);
      assert.ok((again.at(-1) ?? 0) < (sent.at(-1) ?? 0) / 2, `${again} after ${sent}`);
      const target = await temporaryFolder(context);
      await restore(mirror, { snapshotId: copy?.id ?? '', target, sparse: true });
      assert.deepEqual(describeTree(path.join(target, source)), describeTree(source));
    });

    test('chosen things are restored by their very names, brackets and stars included', async (context) => {
      const { storage } = await localStorage(context);
      const access = await accessTo(context, restic, storage);
      const source = path.join(await temporaryFolder(context), 'source');
      makeHostileTree(source);
      await createRepository(access);
      const { snapshotId } = await backUp(access, { paths: [source], host: HOST });
      const nodes: BackupNode[] = [];
      await listNodes(access, snapshotId, (node) => void nodes.push(node));
      const files = nodes.filter(({ kind }) => kind === 'file').map((node) => node.path);
      for (const name of ['a[1].txt', 'star*and?.txt', 'new\nline', '中文/文件 一.txt']) {
        const inside = path.join(source, name);
        assert.ok(files.includes(inside), `${JSON.stringify(name)} is in ${JSON.stringify(files)}`);
        const target = await temporaryFolder(context);
        await restore(access, { snapshotId, target, paths: [inside] });
        const restored = [...describeTree(path.join(target, source)).keys()].filter(
          (each) => each !== '' && each !== path.dirname(name),
        );
        assert.deepEqual(restored, [name]);
        const read = Buffer.concat(await Array.fromAsync(readContent(access, { snapshotId, path: inside })));
        assert.deepEqual(read, readFileSync(inside));
      }
      await assert.rejects(Array.fromAsync(readContent(access, { snapshotId, path: '/not/there' })), {
        code: 'not_in_backup',
      });
      const inFolder = describeTree(path.join(source, '中文'));
      const archive = Buffer.concat(
        await Array.fromAsync(readContent(access, { snapshotId, path: path.join(source, '中文'), archive: 'tar' })),
      );
      const listed = spawnSync('tar', ['-tf', '-', '--quoting-style=literal'], { input: archive, encoding: 'utf8' });
      const top = restic.capabilities.has('subfolders') ? '' : `${source.slice(1)}/`;
      const expected = [...inFolder.keys()].filter(Boolean).map((name) => `${top}中文/${name}`);
      const without = (name: string): string => name.replace(/\/$/, '');
      assert.deepEqual(listed.stdout.split('\n').filter(Boolean).map(without).sort(), expected.sort());
      for (const missing of ['/not/there', path.join(source, 'not-there')])
        await assert.rejects(Array.fromAsync(readContent(access, { snapshotId, path: missing, archive: 'zip' })), {
          code: 'not_in_backup',
        });
    });

    test('who stops to read a file ends restic and its gateway, and so does a signal', once, async (context) => {
      const { storage } = await localStorage(context);
      const gateways: Gateway[] = [];
      const access = {
        ...(await accessTo(context, restic, storage)),
        onGateway: (gateway: Gateway) => void gateways.push(gateway),
      };
      const file = path.join(await temporaryFolder(context), 'large');
      writeFileSync(file, randomBytes(20_000_000));
      await createRepository(access);
      const { snapshotId } = await backUp(access, { paths: [file], host: HOST });
      gateways.length = 0;
      for await (const _ of readContent(access, { snapshotId, path: file })) break;
      const controller = new AbortController();
      const read = async (): Promise<void> => {
        for await (const _ of readContent(access, { snapshotId, path: file, signal: controller.signal })) {
          controller.abort();
        }
      };
      await assert.rejects(read(), { code: 'cancelled' });
      assert.equal(gateways.length, 2);
      for (const { pid } of gateways) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    });

    test('what cannot be read makes a backup partial, with the list of it', async (context) => {
      const { storage } = await localStorage(context);
      const access = await accessTo(context, restic, storage);
      const source = await temporaryFolder(context);
      writeFileSync(path.join(source, 'good'), 'x');
      await createRepository(access);
      const missing = path.join(source, 'not-there');
      const result = await backUp(access, { paths: [path.join(source, 'good'), missing], host: HOST });
      assert.deepEqual([result.state, result.unread.map((each) => each.path)], ['partial', [missing]]);
      assert.equal((await listSnapshots(access)).length, 1);
      await assert.rejects(backUp(access, { paths: [missing], host: HOST }), { code: 'no_source' });
      assert.equal((await listSnapshots(access)).length, 1);
      if (process.getuid?.() !== 0) {
        chmodSync(path.join(source, 'good'), 0);
        assert.equal((await backUp(access, { paths: [source], host: HOST })).state, 'partial');
      }
    });

    test('a wrong password, a missing repository and one that is there are told apart', async (context) => {
      const { storage } = await localStorage(context);
      const access = await accessTo(context, restic, storage);
      await assert.rejects(openRepository(access), { code: 'repository_not_found' });
      await createRepository(access);
      await assert.rejects(createRepository(access), { code: 'repository_exists' });
      await assert.rejects(openRepository({ ...access, password: 'wrong' }), { code: 'wrong_repository_password' });
      await changePassword(access, 'another password');
      await assert.rejects(openRepository(access), { code: 'wrong_repository_password' });
      await openRepository({ ...access, password: 'another password' });
    });

    test('an append-only access adds backups and deletes none', once, async (context) => {
      const { storage } = await localStorage(context);
      const access = await accessTo(context, restic, storage);
      const source = await temporaryFolder(context);
      writeFileSync(path.join(source, 'a'), 'x');
      await createRepository(access);
      const appending = { ...access, appendOnly: true };
      const { snapshotId } = await backUp(appending, { paths: [source], host: HOST });
      await assert.rejects(forgetSnapshots(appending, [snapshotId]), { code: 'append_only' });
      assert.equal((await listSnapshots(access)).length, 1);
      assert.deepEqual(await listLocks(access), []);
    });

    test('plain restic opens the repository without Sampan', async (context) => {
      const { storage, folder } = await localStorage(context);
      const access = await accessTo(context, restic, storage);
      const source = await temporaryFolder(context);
      writeFileSync(path.join(source, 'a'), 'by plain restic');
      await createRepository(access);
      await backUp(access, { paths: [source], host: HOST });
      const target = await temporaryFolder(context);
      const plain = spawnSync(
        restic.file,
        ['-r', path.join(folder, 'repository'), 'restore', 'latest', '--target', target],
        {
          env: { PATH: process.env.PATH, HOME: target, RESTIC_PASSWORD: TEST_PASSWORD },
          encoding: 'utf8',
        },
      );
      assert.equal(plain.status, 0, plain.stderr);
      assert.equal(readFileSync(path.join(target, source, 'a'), 'utf8'), 'by plain restic');
    });

    test('one changed byte is found by a check that reads, and by restoring', async (context) => {
      const { storage, folder } = await localStorage(context);
      const access = await accessTo(context, restic, storage);
      const source = await temporaryFolder(context);
      writeFileSync(path.join(source, 'a'), randomBytes(400_000));
      await createRepository(access);
      await backUp(access, { paths: [source], host: HOST });
      const data = path.join(folder, 'repository', 'data');
      const packs = readdirSync(data).flatMap((name) =>
        readdirSync(path.join(data, name)).map((pack) => path.join(data, name, pack)),
      );
      const largest = packs.sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0] ?? '';
      const content = readFileSync(largest);
      content[1000] = (content[1000] ?? 0) ^ 1;
      chmodSync(largest, 0o600);
      writeFileSync(largest, content);
      const result = await checkRepository(access, { readData: 'all' });
      assert.equal(result.isSound, false);
      assert.ok(result.problems.length > 0);
      const fresh = { ...access, cacheFolder: await temporaryFolder(context) };
      const [snapshot] = await listSnapshots(fresh);
      const target = await temporaryFolder(context);
      const restored = await restore(fresh, { snapshotId: snapshot?.id ?? '', target }).catch((error) => error);
      assert.ok(restored instanceof Error || restored.state === 'partial', JSON.stringify(restored));
    });

    test('a cancelled backup leaves no lock and no snapshot, and the next one is complete', async (context) => {
      const { storage } = await qingstorStorage(context);
      const slow = { ...storage, limits: { ...storage.limits, uploadBytesPerSecond: 2_000_000 } };
      const access = await accessTo(context, restic, slow);
      const source = await temporaryFolder(context);
      for (let index = 0; index < 20; index += 1) {
        writeFileSync(path.join(source, `${index}`), randomBytes(1_000_000));
      }
      await createRepository(access);
      const controller = new AbortController();
      const cancelled = backUp(access, { paths: [source], host: HOST, signal: controller.signal });
      setTimeout(() => controller.abort(), 1_500);
      await assert.rejects(cancelled, { code: 'cancelled' });
      assert.deepEqual(await listSnapshots(access), []);
      assert.deepEqual(await listLocks(access), []);
      assert.equal((await backUp({ ...access, storage }, { paths: [source], host: HOST })).state, 'complete');
    });

    test('what the storage says is told: a key that was revoked, a storage that is gone', once, async (context) => {
      const { storage, server } = await qingstorStorage(context);
      const access = await accessTo(context, restic, storage);
      const source = await temporaryFolder(context);
      mkdirSync(source, { recursive: true });
      writeFileSync(path.join(source, 'a'), 'x');
      await createRepository(access);
      const revoked = { ...storage, options: { ...storage.options, accessKeyId: 'REVOKED0000000000001' } };
      await assert.rejects(backUp({ ...access, storage: revoked }, { paths: [source], host: HOST }), {
        code: 'unknown_access_key',
      });
      const { snapshotId } = await backUp(access, { paths: [source], host: HOST });
      const refused = { ...access, storage: revoked, cacheFolder: await temporaryFolder(context) };
      const reading = readContent(refused, { snapshotId, path: path.join(source, 'a') });
      await assert.rejects(Array.fromAsync(reading), { code: 'unknown_access_key' });
      await server.close();
      const gone = { ...storage, options: { ...storage.options, connectionRetries: 0 } };
      const controller = new AbortController();
      const failing = backUp({ ...access, storage: gone }, { paths: [source], host: HOST, signal: controller.signal });
      setTimeout(() => controller.abort(), 6_000).unref();
      await assert.rejects(failing, (error: { code: string }) =>
        ['storage_unreachable', 'cancelled'].includes(error.code),
      );
    });
  });
}
