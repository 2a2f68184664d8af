/**
 * A process that puts with one client, and prints the seconds it took.
 *
 * `small CLIENT PORT COUNT CONCURRENCY`: puts of 1 KiB after a warm-up. `large CLIENT PORT MIB`: one put of so much with
 * MD5. `parts CLIENT PORT MIB`: the same in chunks of 8 MiB, four at a time. Clients: sampan, aws, vendor, minimal.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Agent, globalAgent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createQingStorClient } from '../../packages/qingstor-sdk/src/index.ts';

const MIB = 1024 * 1024;
const [mode = '', which = '', port = '0', amount = '0', width = '1'] = process.argv.slice(2);
const [count, concurrency] = [Number(amount), Number(width)];
const key = { accessKeyId: 'BENCHKEY000000000001', secretAccessKey: 'opens-nothing-00000000000000000000000001' };
const endpoint = `http://127.0.0.1:${port}`;
const BUCKET = 'bench-bucket';

interface Putter {
  small(name: string, bytes: Buffer): Promise<unknown>;
  large(bytes: Buffer): Promise<unknown>;
  parts(bytes: Buffer): Promise<unknown>;
}

const none = (): Promise<never> => Promise.reject(new Error(`${which} has no such upload`));
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

function sampan(): Putter {
  const bucket = createQingStorClient({ ...key, endpoint, uploadCutoff: 5 * 1024 * MIB }).bucket(BUCKET);
  return {
    small: (name, bytes) => bucket.upload(name, bytes),
    // The sink takes the MD5 that it answers from the key, and the client compares it with its own.
    large: (bytes) => bucket.upload(`large-${process.env.BENCH_MD5}`, bytes),
    parts: (bytes) => bucket.upload('parts', bytes, { uploadCutoff: 0, chunkSize: 8 * MIB, uploadConcurrency: 4 }),
  };
}

/** Kept connections, no checksums but the MD5 that is asked for, nothing hashed for the signature, no retries. */
function aws(): Putter {
  const client = new S3Client({
    ...{ region: 'pek3a', endpoint, forcePathStyle: true, credentials: key, maxAttempts: 1 },
    ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 64 }) },
  });
  // As ours: the MD5 of each part, compared on the other side, and that of the whole.
  const whole = createHash('md5');
  client.middlewareStack.add(
    (next) => (given) => {
      const { headers, body } = given.request as { headers: Record<string, string>; body: unknown };
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      if (mode === 'parts' && body instanceof Uint8Array) {
        whole.update(body);
        headers['content-md5'] = createHash('md5').update(body).digest('base64');
      }
      return next(given);
    },
    { step: 'build' },
  );
  const put = (name: string, Body: Buffer) =>
    client.send(new PutObjectCommand({ Bucket: BUCKET, Key: name, Body, ContentMD5: md5(Body).toString('base64') }));
  return {
    small: put,
    large: (bytes) => put('large', bytes),
    parts: (Body) =>
      new Upload({ client, params: { Bucket: BUCKET, Key: 'parts', Body }, partSize: 8 * MIB, queueSize: 4 }).done(),
  };
}

interface VendorBucket {
  putObject(name: string, options: object): Promise<unknown>;
}

function vendor(): Putter {
  // It writes a file of its own where there is none; kept connections are the best that its axios can be given.
  const config = path.join(tmpdir(), 'sampan-bench-qingstor.yaml');
  writeFileSync(config, '{}\n');
  process.env.QINGSTOR_CONFIG_PATH = config;
  const { Config, QingStor } = createRequire(import.meta.url)('qingstor-sdk');
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  globalAgent.destroy();
  const bucket: VendorBucket = new QingStor(
    new Config({
      access_key_id: key.accessKeyId,
      secret_access_key: key.secretAccessKey,
      // Zone and host together are 127.0.0.1: it puts the zone before anything.
      endpoint: `http://0.0.1:${port}`,
      log_level: 'error',
      getAxiosConfig: () => ({ httpAgent: agent, maxBodyLength: 2 ** 40, maxContentLength: 2 ** 40, maxRedirects: 0 }),
    }),
  ).Bucket(BUCKET, '127');
  const put = (name: string, body: Buffer) =>
    bucket.putObject(name, { body, 'Content-MD5': md5(body).toString('base64') });
  return { small: put, large: (bytes) => put('large', bytes), parts: none };
}

/** What one would write by hand for this alone: hash a piece while the piece before is on its way. */
function minimal(): Putter {
  const agent = new Agent({ keepAlive: true });
  return {
    small: none,
    parts: none,
    large: (bytes) =>
      new Promise((resolve, reject) => {
        const headers = { 'Content-Length': bytes.length };
        const options = { host: '127.0.0.1', port, method: 'PUT', path: `/${BUCKET}/large-${process.env.BENCH_MD5}` };
        const hash = createHash('md5');
        const put = request({ ...options, agent, headers }, (response) => {
          response.resume().on('end', () => {
            const same = response.headers.etag === `"${hash.digest('hex')}"`;
            if (same) resolve(undefined);
            else reject(new Error('The MD5 differs'));
          });
        });
        put.on('error', reject);
        const piece = 128 * 1024;
        let at = 0;
        const write = (): void => {
          while (at < bytes.length) {
            const part = bytes.subarray(at, at + piece);
            at += piece;
            const more = put.write(part);
            hash.update(part);
            if (!more) {
              put.once('drain', write);
              return;
            }
          }
          put.end();
        };
        write();
      }),
  };
}

const clients = new Map([
  ['sampan', sampan],
  ['aws', aws],
  ['vendor', vendor],
  ['minimal', minimal],
]);
const putter = clients.get(which)?.();
if (!putter) throw new Error(`There is no client ${which}`);

async function small(total: number, run: Putter): Promise<number> {
  const bytes = Buffer.alloc(1024, 7);
  let next = 0;
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    while (next < total) await run.small(`small/${next++}`, bytes);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return (performance.now() - startedAt) / 1000;
}

let seconds: number;
if (mode === 'small') {
  await small(Math.min(2_000, count), putter);
  seconds = await small(count, putter);
} else {
  const bytes = Buffer.alloc(count * MIB, 7);
  const startedAt = performance.now();
  await (mode === 'large' ? putter.large(bytes) : putter.parts(bytes));
  seconds = (performance.now() - startedAt) / 1000;
}
process.stdout.write(JSON.stringify({ seconds }));
process.exit(0);
