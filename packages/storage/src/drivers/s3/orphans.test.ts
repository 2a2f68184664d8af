import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Calls } from './calls.ts';
import { beginning } from './orphans.ts';

/** A service with one upload that nobody was told of, as far as the account asks it. */
function serviceWithOrphan(origin: string): { calls: Calls; uploads: string[] } {
  const uploads = ['nobody’s'];
  const answers: Record<string, (input: { UploadId?: string }) => object> = {
    ListMultipartUploadsCommand: () => ({
      Uploads: uploads.map((UploadId) => ({ Key: 'key', UploadId, Initiated: new Date() })),
    }),
    ListPartsCommand: () => ({ Parts: [] }),
    AbortMultipartUploadCommand: ({ UploadId }) => {
      uploads.splice(uploads.indexOf(UploadId ?? ''), 1);
      return {};
    },
  };
  const sdk = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      class {
        readonly answer: object;
        constructor(input: object) {
          this.answer = answer(input);
        }
      },
    ]),
  );
  const client = { send: async (command: { answer: object }) => command.answer };
  const calls = {
    origin,
    retries: 0,
    now: Date.now,
    send: (call: { run: (sender: object) => object }) => call.run({ sdk, client, options: {} }),
  };
  return { calls: calls as unknown as Calls, uploads };
}

const target = { bucket: 'bucket', key: 'key', fullKey: 'key' };

test('an upload whose id was lost is removed by the last one who begins there, whoever begins at another service', async () => {
  const one = serviceWithOrphan('https://one.example');
  const other = serviceWithOrphan('https://other.example');
  const [first, second] = [beginning(one.calls, target), beginning(one.calls, target)];
  const elsewhere = beginning(other.calls, target);
  first.lost();
  first.begun('first');
  await first.ended();
  assert.equal(one.uploads.length, 1, 'it may be that of the second, who has no id yet');
  second.begun('second');
  await second.ended();
  assert.deepEqual(one.uploads, []);
  elsewhere.begun('elsewhere');
  await elsewhere.ended();
  assert.equal(other.uploads.length, 1, 'nothing was lost there');
});
