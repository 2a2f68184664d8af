/**
 * A process that brings everything in a folder into a bucket with one client, and prints the seconds it took.
 * Arguments: client (sampan, aws, vendor), port, folder, bucket, objects at once. All list the bucket first, verify by MD5,
 * and send large files in chunks where they can.
 */
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { Agent, globalAgent } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { forEachOf, localObjects, qingstorDriverType, sync } from '../../packages/storage/src/index.ts';

const MIB = 1024 * 1024;
const [client = '', port = '0', folder = '', bucketName = '', width = '8'] = process.argv.slice(2);
const concurrency = Number(width);
const key = {
  accessKeyId: process.env.QINGSTOR_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.QINGSTOR_SECRET_ACCESS_KEY ?? '',
};
const endpoint = `http://127.0.0.1:${port}`;
/** Where each client begins to send chunks, and how. */
const CUTOFF = 16 * MIB;
const CHUNK = 8 * MIB;
const CHUNKS_AT_ONCE = 2;

interface Found {
  name: string;
  file: string;
  size: number;
}

async function* files(): AsyncGenerator<Found> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    yield { name: path.relative(folder, file), file, size: (await stat(file)).size };
  }
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64');

async function md5OfFile(file: string): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of createReadStream(file, { highWaterMark: MIB })) hash.update(piece);
  return hash.digest('base64');
}

async function sampan(): Promise<void> {
  const options = { uploadCutoff: CUTOFF, chunkSize: CHUNK, uploadConcurrency: CHUNKS_AT_ONCE };
  const driver = qingstorDriverType.create({ ...key, endpoint, bucket: bucketName, ...options });
  const from = { store: localObjects(folder, new Set(['modified', 'listing.ordered'])), prefix: '' };
  const result = await sync(from, { store: driver.objects(), prefix: '' }, { concurrency });
  if (result.failed > 0) throw new Error(JSON.stringify(result.failures[0]));
  await driver.close();
}

async function aws(): Promise<void> {
  const s3 = new S3Client({
    ...{ region: 'pek3a', endpoint, forcePathStyle: true, credentials: key },
    ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 64 }) },
  });
  s3.middlewareStack.add(
    (next) => (given) => {
      const { headers, body } = given.request as { headers: Record<string, string>; body: unknown };
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      // The parts of a large object; small ones bring their own.
      if (body instanceof Uint8Array && body.length > MIB) {
        headers['content-md5'] = createHash('md5').update(body).digest('base64');
      }
      return next(given);
    },
    { step: 'build' },
  );
  await s3.send(new ListObjectsV2Command({ Bucket: bucketName }));
  await forEachOf(files(), concurrency, async ({ name, file, size }) => {
    if (size > CUTOFF) {
      const params = { Bucket: bucketName, Key: name, Body: createReadStream(file, { highWaterMark: MIB }) };
      await new Upload({ client: s3, params, partSize: CHUNK, queueSize: CHUNKS_AT_ONCE }).done();
      return;
    }
    const Body = await readFile(file);
    await s3.send(new PutObjectCommand({ Bucket: bucketName, Key: name, Body, ContentMD5: md5(Body) }));
  });
  s3.destroy();
}

interface VendorBucket {
  putObject(name: string, options: object): Promise<unknown>;
  listObjects(options: object): Promise<unknown>;
}

async function vendor(): Promise<void> {
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
      endpoint: `http://0.0.1:${port}`,
      log_level: 'error',
      getAxiosConfig: () => ({ httpAgent: agent, maxBodyLength: 2 ** 40, maxContentLength: 2 ** 40, maxRedirects: 0 }),
    }),
  ).Bucket(bucketName, '127');
  await bucket.listObjects({ limit: 1000 });
  await forEachOf(files(), concurrency, async ({ name, file, size }) => {
    // It has no upload in chunks of its own: a large file is one put, hashed before.
    const body = size > CUTOFF ? createReadStream(file, { highWaterMark: MIB }) : await readFile(file);
    const digest = Buffer.isBuffer(body) ? md5(body) : await md5OfFile(file);
    await bucket.putObject(name, { body, 'Content-MD5': digest, 'Content-Length': String(size) });
  });
}

const startedAt = performance.now();
const clients: Readonly<Record<string, () => Promise<void>>> = { sampan, aws, vendor };
await clients[client]?.();
process.stdout.write(JSON.stringify({ seconds: (performance.now() - startedAt) / 1000 }));
