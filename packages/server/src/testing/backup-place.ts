import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Replaceable, RunningServer } from '../server.ts';
import type { Settings } from '../settings.ts';
import type { Client } from './client.ts';
import type { TestPlace } from './databases.ts';
import type { TestServers } from './start.ts';

/** A server with a folder to back up and a folder that is a storage. */
export interface BackupPlace {
  server: RunningServer;
  admin: Client;
  /** Where everything lies: an allowed root. */
  base: string;
  source: string;
  storageFolder: string;
  storageId: string;
  /** Another storage in a folder of that name. */
  addStorage(name: string): Promise<string>;
  /** Makes a plan of the source. */
  plan(wish: Record<string, unknown>): Promise<{ id: string; repositoryId: string }>;
  /** Backs up and waits for the end. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every route
  run(planId: string): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every route
  backups(planId: string): Promise<any[]>;
}

export async function backupPlace(
  servers: TestServers,
  place: TestPlace,
  more: { settings?: Partial<Settings>; replaceable?: Replaceable } = {},
): Promise<BackupPlace> {
  const base = path.join(place.dataFolder, '..');
  const source = path.join(base, 'source');
  await mkdir(source, { recursive: true });
  const { server, admin } = await servers.startWithAdmin(place, more.settings, more.replaceable);
  const addStorage = async (name: string): Promise<string> => {
    const folder = path.join(base, name);
    await mkdir(folder);
    const { status, body } = await admin.post('/storages', { name, type: 'local', options: { folder } });
    assert.equal(status, 201, JSON.stringify(body));
    return body.id;
  };
  const storageId = await addStorage('storage');
  return {
    ...{ server, admin, base, source, storageId, addStorage, storageFolder: path.join(base, 'storage') },
    async plan(wish) {
      const given = { sources: { paths: [source] }, ...('repositoryId' in wish ? {} : { storageId }), ...wish };
      const { status, body } = await admin.post('/plans', given);
      assert.equal(status, 201, JSON.stringify(body));
      return body;
    },
    async run(planId) {
      const { status, body } = await admin.post(`/plans/${planId}/run`);
      assert.equal(status, 202, JSON.stringify(body));
      await admin.finished(body.id);
      return (await admin.get(`/runs/${body.id}`)).body;
    },
    async backups(planId) {
      return (await admin.get(`/backups?planId=${planId}`)).body.items;
    },
  };
}
