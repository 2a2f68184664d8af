import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { SettingsError } from '../../settings.ts';
import { onBothDatabases, onSqlite } from '../../testing/databases.ts';
import { openDatabase } from '../database/open.ts';
import { KeySource } from './key-source.ts';
import { openSealer } from './open-sealer.ts';
import { WrongSecretKey } from './root-key.ts';
import { Sealer } from './sealer.ts';

const place = { table: 'hosts', column: 'secret', row: '1' };

function key(byte: number) {
  return { id: String(byte).padStart(16, '0'), bytes: Buffer.alloc(32, byte) };
}

test('what is sealed opens again, for the same place only, and shows nothing', () => {
  const sealer = new Sealer(key(1));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const sealed = sealer.seal(text, place);
      assert.equal(sealer.open(sealed, place), text);
      for (const other of [
        { ...place, row: '2' },
        { ...place, column: 'other' },
        { ...place, table: 'users' },
      ]) {
        assert.throws(() => sealer.open(sealed, other), WrongSecretKey);
      }
      if (text.length > 6) assert.ok(!Buffer.from(sealed).includes(Buffer.from(text)));
    }),
  );
});

test('a sealed value with any one bit changed does not open', () => {
  const sealer = new Sealer(key(1));
  const sealed = Buffer.from(sealer.seal('the secret', place));
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => sealer.open(changed, place), WrongSecretKey, `bit ${bit}`);
  }
});

test('two seals of one secret differ', () => {
  const sealer = new Sealer(key(1));
  assert.notDeepEqual(sealer.seal('same', place), sealer.seal('same', place));
});

onBothDatabases('the secret key', (makePlace) => {
  test('is made once outside the data, readable by its owner only, and found again', async () => {
    const data = await makePlace();
    const folder = path.join(data.dataFolder, '..', 'keys');
    const database = await openDatabase(data);
    const first = await openSealer(database, new KeySource({ from: 'folder', folder }, data.dataFolder));
    const [file = ''] = readdirSync(folder);
    assert.equal(statSync(path.join(folder, file)).mode & 0o777, 0o600);
    const again = await openSealer(database, new KeySource({ from: 'folder', folder }, data.dataFolder));
    assert.equal(again.open(first.seal('x', place), place), 'x');
    await database.close();
  });

  test('that is wrong, or gone, is a clear refusal', async () => {
    const data = await makePlace();
    const database = await openDatabase(data);
    await openSealer(database, new KeySource({ from: 'value', value: 'ab'.repeat(32) }, data.dataFolder));
    await assert.rejects(
      openSealer(database, new KeySource({ from: 'value', value: 'cd'.repeat(32) }, data.dataFolder)),
      (error) => error instanceof WrongSecretKey && /wrong one/.test(error.message) && !/cdcd/.test(error.message),
    );
    await assert.rejects(
      openSealer(
        database,
        new KeySource({ from: 'folder', folder: path.join(data.dataFolder, '..', 'empty') }, data.dataFolder),
      ),
      /is not at/,
    );
    await openSealer(
      database,
      new KeySource({ from: 'value', value: Buffer.from('ab'.repeat(32), 'hex').toString('base64') }, data.dataFolder),
    );
    await openSealer(
      database,
      new KeySource({ from: 'command', command: `printf ${'ab'.repeat(32)}` }, data.dataFolder),
    );
    await database.close();
  });
});

onSqlite('a key file', (makePlace) => {
  test('inside the data, open to others, or without a key is refused', async () => {
    const data = await makePlace();
    const database = await openDatabase(data);
    mkdirSync(data.dataFolder, { recursive: true });
    const write = (name: string, text: string, mode = 0o600) => {
      const file = path.join(data.dataFolder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, mode);
      return path.resolve(file);
    };
    const good = randomBytes(32).toString('hex');
    const refused = (file: string, why: RegExp) =>
      assert.rejects(
        openSealer(database, new KeySource({ from: 'file', file }, data.dataFolder)),
        (error) => error instanceof SettingsError && why.test(error.message),
      );
    await refused(write('inside.key', good), /inside SAMPAN_DATA/);
    await refused(write('../open.key', good, 0o644), /chmod 600/);
    await refused(write('../short.key', 'abcd'), /does not hold a secret key/);
    await refused('/nowhere/at/all.key', /cannot be read/);
    const file = write('../good.key', `${good}\n`);
    await openSealer(database, new KeySource({ from: 'file', file }, data.dataFolder));
    assert.equal(readFileSync(file, 'utf8').trim(), good);
    await database.close();
  });
});
