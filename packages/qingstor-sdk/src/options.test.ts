import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Environment, environmentCredentials, resolveCredentials } from './credentials.ts';
import { bucketOrigin, globalOrigin, readEndpoint, zoneOrigin } from './endpoint.ts';
import { readFlatYaml } from './flat-yaml.ts';
import { createQingStorClient, isQingStorError, LARGEST_PART_COUNT, LARGEST_PUT } from './index.ts';
import { retriesOf, uploadLimits } from './options.ts';
import { chunkSizeAt, chunkSizeFor } from './parts-plan.ts';
import { MIB, testKey } from './testing.ts';

const code = (expected: string) => (error: unknown) => isQingStorError(error) && error.code === expected;

test('the defaults are those of the guide', () => {
  const endpoint = readEndpoint('');
  assert.equal(globalOrigin(endpoint), 'https://qingstor.com');
  assert.equal(zoneOrigin(endpoint), 'https://pek3a.qingstor.com');
  assert.equal(bucketOrigin(endpoint, 'my-bucket'), 'https://my-bucket.pek3a.qingstor.com');
  assert.equal(endpoint.port, 443);
  assert.equal(retriesOf({}), 3);
  assert.deepEqual(uploadLimits({}), { uploadCutoff: 200 * MIB, chunkSize: 4 * MIB, uploadConcurrency: 1 });
});

describe('the zone is put before the host', () => {
  const cases: readonly [typed: string, zone: string | undefined, expected: string][] = [
    ['https://qingstor.com:443', 'sh1a', 'https://sh1a.qingstor.com'],
    ['https://pek3a.qingstor.com', 'pek3a', 'https://pek3a.qingstor.com'],
    ['https://pek3a.qingstor.com', 'sh1a', 'https://sh1a.pek3a.qingstor.com'],
    ['pek3astore.example', undefined, 'https://pek3a.pek3astore.example'],
    ['http://127.0.0.1:9000', undefined, 'http://127.0.0.1:9000'],
    ['http://[::1]:9000/', undefined, 'http://[::1]:9000'],
    ['http://localhost:9000', undefined, 'http://localhost:9000'],
    ['store.example:8443', 'gd2', 'https://gd2.store.example:8443'],
    [' HTTP://Store.Example/ ', '', 'http://store.example'],
  ];
  for (const [typed, zone, expected] of cases) {
    test(`${typed} in ${zone ?? 'no zone said'}`, () => assert.equal(zoneOrigin(readEndpoint(typed, zone)), expected));
  }
  for (const typed of ['ftp://x.example', 'https://a.example/path', 'https://u:p@a.example', 'https://', 'a b', '?']) {
    test(`${typed} is refused`, () => {
      assert.throws(
        () => readEndpoint(typed),
        (error: unknown) => {
          assert.ok(isQingStorError(error, 'invalid_option'));
          return !error.message.includes('u:p') && /Leave the endpoint blank/.test(error.hint ?? '');
        },
      );
    });
  }
  test('a zone is one label', () => {
    for (const zone of ['a.b', 'a/b', '-a', 'A']) assert.throws(() => readEndpoint('', zone), code('invalid_option'));
  });
});

test('limits are refused with their bounds', () => {
  const bad = [
    ...[{ uploadCutoff: -1 }, { uploadCutoff: LARGEST_PUT + 1 }, { chunkSize: 4 * MIB - 1 }, { uploadConcurrency: 0 }],
    ...[{ uploadConcurrency: 1.5 }, { chunkSize: Number.NaN }, { connectionRetries: -1 }],
  ];
  for (const options of bad)
    assert.throws(() => createQingStorClient({ ...testKey, ...options }), code('invalid_option'));
  createQingStorClient({ uploadCutoff: 0, chunkSize: LARGEST_PUT });
  createQingStorClient({ uploadCutoff: LARGEST_PUT, connectionRetries: 0 });
});

function environment(variables: Record<string, string>, files: Record<string, string> = {}): Environment {
  return { variables, home: '/home/me', readFile: (file) => files[file] ?? null };
}

describe('environment credentials', () => {
  const pair = { accessKeyId: 'I', secretAccessKey: 'S' };
  test('are found under the names that other tools use, never mixed', () => {
    for (const prefix of ['QINGSTOR', 'QSCTL', 'RCLONE_QINGSTOR', 'QY']) {
      const variables = { [`${prefix}_ACCESS_KEY_ID`]: 'I', [`${prefix}_SECRET_ACCESS_KEY`]: 'S' };
      assert.deepEqual(environmentCredentials(environment(variables)), pair);
    }
    assert.equal(
      environmentCredentials(environment({ QINGSTOR_ACCESS_KEY_ID: 'I', QSCTL_SECRET_ACCESS_KEY: 'S' })),
      null,
    );
  });

  test('are read from the files of the vendor’s tools', () => {
    const text = '# keys\naccess_key_id: "I"\nsecret_access_key: \'S\' # mine\nhost: qingstor.com\n';
    for (const file of ['/home/me/.qingstor/config.yaml', '/home/me/.config/qingstor/config.yaml', '/elsewhere']) {
      const variables: Record<string, string> = file === '/elsewhere' ? { QINGSTOR_CONFIG_PATH: file } : {};
      assert.deepEqual(environmentCredentials(environment(variables, { [file]: text })), pair);
    }
    const both = environment(
      { QINGSTOR_ACCESS_KEY_ID: 'I', QINGSTOR_SECRET_ACCESS_KEY: 'S' },
      { '/home/me/.qingstor/config.yaml': text.replace('"I"', 'other') },
    );
    assert.deepEqual(environmentCredentials(both), pair);
  });

  test('count only when both keys are blank and they are asked for', () => {
    const found = environment({ QINGSTOR_ACCESS_KEY_ID: 'I', QINGSTOR_SECRET_ACCESS_KEY: 'S' });
    const own = { accessKeyId: 'own', secretAccessKey: 'own-secret' };
    assert.deepEqual(resolveCredentials({ ...own, environmentAuth: true, environment: found }), own);
    assert.deepEqual(resolveCredentials({ accessKeyId: ' ', environmentAuth: true, environment: found }), pair);
    assert.equal(resolveCredentials({ environment: found }), null);
    assert.throws(
      () => resolveCredentials({ accessKeyId: 'a', environmentAuth: true, environment: found }),
      code('incomplete_credentials'),
    );
    assert.throws(
      () => resolveCredentials({ secretAccessKey: 's' }),
      (error: unknown) => {
        return isQingStorError(error, 'incomplete_credentials') && !/\bs\b/.test(error.message);
      },
    );
    assert.throws(
      () => resolveCredentials({ environmentAuth: true, environment: environment({}) }),
      code('credentials_not_found'),
    );
  });

  test('values of a flat file keep what belongs to them', () => {
    const text = "a: x#y\nb: x #y\nc: \"q\\\"#\\\\\"\nd: 'it''s'\n  nested: 1\n- list\ne:\nf:no\n\ta: z\n";
    assert.deepEqual(
      [...readFlatYaml(text)],
      [
        ['a', 'x#y'],
        ['b', 'x'],
        ['c', 'q"#\\'],
        ['d', "it's"],
        ['e', ''],
      ],
    );
  });
});

describe('chunks', () => {
  test('of an object of any known size are at most 10,000, and no larger than needed', () => {
    const sizes = fc.integer({ min: 0, max: 50 * 1024 ** 4 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 4 * MIB, max: 64 * MIB }), (size, asked) => {
        if (Math.ceil(size / LARGEST_PUT) > LARGEST_PART_COUNT - 1) return;
        const chunk = chunkSizeFor(size, asked);
        assert.ok(chunk >= asked && Math.ceil(size / chunk) <= LARGEST_PART_COUNT);
        assert.ok(chunk === asked || (chunk - MIB) * LARGEST_PART_COUNT < size);
      }),
    );
    assert.equal(chunkSizeFor(40_000 * MIB, 4 * MIB), 4 * MIB);
    assert.equal(chunkSizeFor(40_000 * MIB + 1, 4 * MIB), 5 * MIB);
    assert.throws(() => chunkSizeFor(LARGEST_PUT * 10_000 + 1, 4 * MIB), code('too_large'));
  });

  test('of a stream without a known end grow while it goes on', () => {
    let total = 0;
    for (let index = 0; index < LARGEST_PART_COUNT; index += 1) total += chunkSizeAt(index, 4 * MIB);
    assert.equal(chunkSizeAt(0, 4 * MIB), 4 * MIB);
    assert.equal(chunkSizeAt(1_999, 4 * MIB), 4 * MIB);
    assert.equal(chunkSizeAt(2_000, 4 * MIB), 8 * MIB);
    assert.ok(total > 1.9 * 1024 ** 4);
    assert.throws(() => chunkSizeAt(LARGEST_PART_COUNT, 4 * MIB), code('too_large'));
  });
});
