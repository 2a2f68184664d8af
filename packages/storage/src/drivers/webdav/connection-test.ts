import type { ConnectionCheck } from '@sampan/driver';
import {
  checkClock,
  checkConnect,
  checkObjects,
  checkResolve,
  checkTls,
  passed,
  placeOf,
  runSteps,
  type Step,
  skippedObjectChecks,
} from '../../connection-test.ts';
import type { StorageCapability, StorageEnvironment } from '../../contract.ts';
import { treeObjects } from '../tree/objects.ts';
import { folderMissing } from '../tree/rooted.ts';
import type { WebdavOptions } from './options.ts';
import { webdavTree } from './tree.ts';

/** From the name of the server to an object that is read back. */
export async function* testWebdavConnection(
  options: WebdavOptions,
  environment: StorageEnvironment,
  signal: AbortSignal,
  capabilities: ReadonlySet<StorageCapability>,
): AsyncGenerator<ConnectionCheck> {
  const { origin, username, caCertificate } = options;
  const place = placeOf(origin);
  const reach = { ...environment, ...(caCertificate !== undefined && { caCertificates: caCertificate }) };
  const tree = webdavTree(options, environment);
  let isThere = false;
  let missing: string | null = null;

  async function login() {
    isThere = (await tree.find('', signal))?.isFolder === true;
    return passed(username === undefined ? 'no log-in is needed' : `${username} is let in`);
  }

  async function folder() {
    if (!isThere) throw folderMissing();
    return passed('the folder is there');
  }

  const plain = passed('plain HTTP: nothing is encrypted, and the password can be read on the way', {
    host: place.host,
  });
  const steps: Step[] = [
    { name: 'resolve', needs: [], run: () => checkResolve(place, environment) },
    { name: 'connect', needs: ['resolve'], run: () => checkConnect(place, environment, signal) },
    { name: 'tls', needs: ['connect'], run: async () => (place.isTls ? checkTls(place, reach, signal) : plain) },
    { name: 'clock', needs: ['tls'], run: () => checkClock(origin, reach, signal) },
    { name: 'login', needs: ['tls'], run: login },
    { name: 'folder', needs: ['login'], run: folder },
  ];
  try {
    for await (const check of runSteps(steps, signal)) {
      // Nothing that follows depends on the clock.
      if (check.name !== 'clock' && (check.state === 'failed' || check.state === 'skipped')) missing ??= check.name;
      yield check;
    }
    if (signal.aborted) return;
    if (missing !== null) yield* Array.from(skippedObjectChecks(missing)).filter(({ name }) => name !== 'multipart');
    else yield* checkObjects(treeObjects(tree, capabilities), { signal });
  } finally {
    await tree.close();
  }
}
