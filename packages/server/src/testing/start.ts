import path from 'node:path';
import { makeLog } from '../platform/log.ts';
import { type Replaceable, type RunningServer, startServer } from '../server.ts';
import type { Settings } from '../settings.ts';
import { Client } from './client.ts';
import type { TestPlace } from './databases.ts';

export const ADMIN_PASSWORD = 'correct horse battery';

export function testSettings(place: TestPlace, more: Partial<Settings> = {}): Settings {
  return {
    host: '127.0.0.1',
    port: 0,
    dataFolder: place.dataFolder,
    adminPassword: ADMIN_PASSWORD,
    databaseUrl: place.databaseUrl,
    secretKey: { from: 'folder', folder: path.join(place.dataFolder, '..', 'keys') },
    recoveryKey: null,
    tls: null,
    publicUrl: null,
    trustedProxies: [],
    backupRoots: [path.join(place.dataFolder, '..')],
    allowCommandHooks: false,
    ...more,
  };
}

/** Servers of one group of tests: each is stopped at the latest when `stopAll` is called. */
export class TestServers {
  readonly #servers: RunningServer[] = [];

  /** A real server in this process. */
  async start(place: TestPlace, more: Partial<Settings> = {}, replaceable: Replaceable = {}): Promise<RunningServer> {
    const server = await startServer(
      testSettings(place, more),
      makeLog(process.env.SAMPAN_TEST_LOG ?? 'silent'),
      replaceable,
    );
    let stopping: Promise<void> | undefined;
    const stoppable = {
      ...server,
      stop: () => {
        stopping ??= server.stop();
        return stopping;
      },
    };
    this.#servers.push(stoppable);
    return stoppable;
  }

  /** A server and a client that is logged in as its administrator. */
  async startWithAdmin(
    place: TestPlace,
    more: Partial<Settings> = {},
    replaceable: Replaceable = {},
  ): Promise<{ server: RunningServer; admin: Client }> {
    const server = await this.start(place, more, replaceable);
    const admin = new Client(server.url);
    await admin.logIn('admin', ADMIN_PASSWORD);
    return { server, admin };
  }

  async stopAll(): Promise<void> {
    for (const server of this.#servers.splice(0)) await server.stop();
  }
}
