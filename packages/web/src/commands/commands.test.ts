import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import type { OptionField } from '@sampan/driver';
import fc from 'fast-check';
import { driverCommands } from './driver-commands.ts';
import { flagOf, shellQuote } from './shell-quote.ts';
import { signedCall } from './signed-call.ts';
import { systemCommands } from './system-commands.ts';

const label = { en: 'x', zh: 'x' };
const FIELDS: OptionField[] = [
  { name: 'endpoint', kind: 'url', label },
  { name: 'accessKeySecret', kind: 'secret', label },
  { name: 'networkId', kind: 'text', label },
];

test('a shell reads a quoted text as it was', () => {
  const text = fc
    .string({ unit: 'binary' })
    .filter((value) => !value.includes('\0') && !value.endsWith('\n') && value.isWellFormed());
  fc.assert(
    fc.property(text, (value) => {
      assert.equal(execFileSync('sh', ['-c', `printf %s ${shellQuote(value)}`], { encoding: 'utf8' }), value);
    }),
    { numRuns: 40 },
  );
});

test('flags are the names in kebab-case', () => {
  assert.equal(flagOf('accessKeyId'), '--access-key-id');
});

test('a secret that was typed into the form is in no command', () => {
  const draft = {
    id: null,
    name: 'it’s mine',
    type: 'qingzhou',
    options: { endpoint: 'https://api.example', accessKeySecret: 'hunter2', networkId: '' },
  };
  const { cli, api } = driverCommands('host', draft, FIELDS, 'http://127.0.0.1:7300');
  assert.ok(!cli.includes('hunter2') && !api.includes('hunter2'));
  assert.match(cli, /export SAMPAN_HOST_ACCESS_KEY_SECRET=…/);
  assert.match(cli, /--endpoint https:\/\/api\.example/);
  assert.ok(!cli.includes('network-id'), 'what is blank is left out');
  assert.match(api, /"accessKeySecret":"…"/);
});

test('a call is signed by our own command and sent by curl', () => {
  assert.equal(
    signedCall('http://127.0.0.1:7300', { method: 'POST', path: '/api/v1/instances/1/stop', body: {} }),
    [
      'sampan sign zstack --method POST --uri /api/v1/instances/1/stop |',
      "  sed -n '1s/^/Date: /p; s/^Authoration /Authorization: /p' |",
      '  curl -X POST -H @- http://127.0.0.1:7300/api/v1/instances/1/stop \\',
      `    -H 'Content-Type: application/json' -d '{}'`,
    ].join('\n'),
  );
});

test('the commands of the system are those that the person may give now', () => {
  const lines = (shown: Parameters<typeof systemCommands>[0]) => systemCommands(shown, 'http://x').cli.split('\n');
  const standby = { copiedAt: '', since: '' };
  const recoveryKey = { recipient: 'age1', createdAt: '', createdBy: 'admin', checkedAt: null };
  const reader = { mayTakeOver: false, secretKey: undefined };
  assert.deepEqual(lines({ system: { standby }, ...reader }), ['sampan system show']);
  const administrator = { mayTakeOver: true, secretKey: { recoveryKey: null } };
  assert.deepEqual(lines({ system: { standby }, ...administrator }), [
    'sampan system show',
    'sampan system take-over --yes',
    'sampan secret-key show',
    'sampan secret-key rotate',
    'sampan recovery-key make',
  ]);
  assert.deepEqual(lines({ system: { standby: null }, mayTakeOver: true, secretKey: { recoveryKey } }).slice(3), [
    'sampan recovery-key make --replace',
    'sampan recovery-key check',
  ]);
});
