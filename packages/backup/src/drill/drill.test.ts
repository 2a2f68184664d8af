import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { backUp } from '../backup.ts';
import { createRepository } from '../repository.ts';
import { accessTo, localStorage, resticVersions, temporaryFolder } from '../testing.ts';
import { drill } from './drill.ts';
import { SampleChooser, type SampleEntry, witness } from './manifest.ts';

test('every file has the same chance to be chosen, in bounded memory', () => {
  const counts = new Map<string, number>();
  for (let run = 0; run < 400; run += 1) {
    const chooser = new SampleChooser(5);
    for (let index = 0; index < 50; index += 1) chooser.offer({ path: `${index}`, size: 1 });
    for (const { path: where } of chooser.chosen) counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  assert.equal(counts.size, 50);
  // 40 are expected of each; six deviations away is no chance.
  for (const [where, count] of counts) assert.ok(count > 4 && count < 80, `${where}: ${count}`);
});

test('links, folders and what is not there are no witnesses', async (context) => {
  const folder = await temporaryFolder(context);
  symlinkSync('/etc/hostname', path.join(folder, 'link'));
  for (const name of ['link', '.', 'none']) assert.equal(await witness(path.join(folder, name)), null);
});

for (const restic of await resticVersions()) {
  test(`a drill proves a sound backup and finds one flipped byte (restic ${restic.version})`, async (context) => {
    const { storage, folder } = await localStorage(context);
    const access = await accessTo(context, restic, storage);
    const source = await temporaryFolder(context);
    const work = await temporaryFolder(context);
    mkdirSync(path.join(source, 'a[1]'));
    const names = ['a[1]/star*.bin', 'plain', '中文'];
    for (const name of names) writeFileSync(path.join(source, name), randomBytes(200_000));
    await createRepository(access);
    const { snapshotId } = await backUp(access, { paths: [source], host: 'test' });
    const manifest: SampleEntry[] = [];
    for (const name of names) {
      const entry = await witness(path.join(source, name));
      if (entry) manifest.push(entry);
    }
    assert.equal(manifest.length, 3);
    const proven = await drill(access, { snapshotId, manifest, workFolder: work });
    assert.deepEqual([proven.state, proven.compared, proven.findings], ['proven', 3, []]);

    // The repository is sound and the witness says otherwise: that is what checks of the repository cannot find.
    const [first] = manifest;
    const lying = manifest.map((entry) => (entry === first ? { ...entry, sha256: '0'.repeat(64) } : entry));
    const mismatch = await drill(access, { snapshotId, manifest: lying, workFolder: work });
    assert.deepEqual(mismatch.findings, [{ path: first?.path, state: 'different', differences: ['content'] }]);
    assert.ok(mismatch.isOfRepository);
    const rights = manifest.map((entry) => (entry === first ? { ...entry, mode: 0o777 } : entry));
    const other = await drill(access, { snapshotId, manifest: rights, workFolder: work });
    assert.deepEqual([other.state, other.isOfRepository], ['failed', false]);

    // What is wrong with this machine is no verdict: a limit of the size of files, and a process that is killed for its memory.
    for (const [trouble, expected] of [
      ['ulimit -f 100; exec', { code: 'drill_not_done' }],
      ['kill -9 $$;', { code: 'restic_failed' }],
    ] as const) {
      const file = path.join(await temporaryFolder(context), 'restic');
      writeFileSync(file, `#!/bin/sh\n${trouble} ${restic.file} "$@"\n`, { mode: 0o755 });
      const troubled = { ...access, restic: { ...restic, file } };
      await assert.rejects(drill(troubled, { snapshotId, manifest, workFolder: work }), expected);
    }

    const data = path.join(folder, 'repository', 'data');
    const packs = readdirSync(data).flatMap((name) =>
      readdirSync(path.join(data, name)).map((pack) => path.join(data, name, pack)),
    );
    const largest = packs.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
    const content = readFileSync(largest);
    const middle = content.length >> 1;
    content[middle] = (content[middle] ?? 0) ^ 1;
    chmodSync(largest, 0o600);
    writeFileSync(largest, content);
    const broken = await drill(
      { ...access, cacheFolder: await temporaryFolder(context) },
      { snapshotId, manifest, workFolder: work },
    );
    assert.equal(broken.state, 'failed');
    assert.ok(broken.findings.length >= 1, JSON.stringify(broken));
    assert.deepEqual(readdirSync(work), []);
  });
}
