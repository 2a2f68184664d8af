import type { ConnectionCheck } from '@sampan/driver';
import {
  checkConnect,
  checkObjects,
  checkResolve,
  passed,
  runSteps,
  type Step,
  skippedObjectChecks,
} from '../../connection-test.ts';
import type { StorageCapability, StorageEnvironment } from '../../contract.ts';
import { orAborted } from '../../source.ts';
import { treeObjects } from '../tree/objects.ts';
import { folderMissing, rooted } from '../tree/rooted.ts';
import type { SftpOptions } from './options.ts';
import { openSession, type Session } from './session.ts';
import { sftpTree } from './tree.ts';

/** From the name of the host to an object that is read back. */
export async function* testSftpConnection(
  options: SftpOptions,
  environment: StorageEnvironment,
  signal: AbortSignal,
  capabilities: ReadonlySet<StorageCapability>,
): AsyncGenerator<ConnectionCheck> {
  const { host, port, hostKey, username, folder } = options;
  const tree = rooted(sftpTree({ ...options, connections: 1 }, environment));
  let loginRefusal: unknown;
  let session: Session | null = null;
  let missing: string | null = null;

  /** Connecting logs in as well; which of the two went wrong is told by its own step. */
  async function hostKeyStep() {
    try {
      session = await orAborted(openSession(options, environment), signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'login_refused')) throw error;
      loginRefusal = error;
    }
    return passed(`the host key is ${hostKey}, as it should be`, { host, fingerprint: hostKey ?? '' });
  }

  async function login() {
    if (loginRefusal) throw loginRefusal;
    return passed(`${username} is let in`, { username });
  }

  async function folderStep() {
    if (!(await tree.find('', signal))?.isFolder) throw folderMissing();
    return passed(`${folder} is there`, { folder });
  }

  const place = { host, port };
  const steps: Step[] = [
    { name: 'resolve', needs: [], run: () => checkResolve(place, environment) },
    { name: 'connect', needs: ['resolve'], run: () => checkConnect(place, environment, signal) },
    { name: 'host_key', needs: ['connect'], run: hostKeyStep },
    { name: 'login', needs: ['host_key'], run: login },
    { name: 'folder', needs: ['login'], run: folderStep },
  ];
  try {
    for await (const check of runSteps(steps, signal)) {
      if (check.state === 'failed' || check.state === 'skipped') missing ??= check.name;
      yield check;
    }
    if (signal.aborted) return;
    if (missing !== null) yield* Array.from(skippedObjectChecks(missing)).filter(({ name }) => name !== 'multipart');
    else yield* checkObjects(treeObjects(tree, capabilities), { signal });
  } finally {
    (session as Session | null)?.end();
    await tree.close();
  }
}
