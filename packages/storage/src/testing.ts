import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { OptionValues } from '@sampan/driver';
import { type QingStorServer, type QingStorServerOptions, startQingStorServer } from '@sampan/qingstor-server';
import type { ObjectStore } from './contract.ts';
import { localObjects } from './drivers/local/objects.ts';
import { qingstorDriverType } from './drivers/qingstor/index.ts';

export const TEST_KEY = {
  accessKeyId: 'QSTESTKEY00000000001',
  secretAccessKey: 'the-secret-of-a-test-0000000000000000000',
};

/** A folder that is gone after the test. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sampan-storage-'));
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** A folder as a store. */
export function folderStore(folder: string): ObjectStore {
  return localObjects(folder, new Set(['modified', 'listing.ordered']), { isDurable: false });
}

/** A real server with a bucket `test-bucket`, and a store of it. */
export async function qingstorStore(
  context: TestContext,
  options: { values?: OptionValues; server?: Partial<QingStorServerOptions> } = {},
): Promise<{ server: QingStorServer; store: ObjectStore; make: (values?: OptionValues) => ObjectStore }> {
  const data = await temporaryFolder(context);
  const server = await startQingStorServer({ ...TEST_KEY, data, ...options.server });
  context.after(() => server.close());
  const make = (values: OptionValues = {}): ObjectStore => {
    const driver = qingstorDriverType.create({
      ...{ ...TEST_KEY, endpoint: server.url, bucket: 'test-bucket', ...options.values, ...values },
    });
    context.after(() => driver.close());
    return driver.objects();
  };
  const maker = qingstorDriverType.create({ ...TEST_KEY, endpoint: server.url });
  await maker.buckets?.create({ name: 'test-bucket' });
  await maker.close();
  return { server, store: make(), make };
}
