import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import { Changes } from '../platform/changes.ts';
import { type Database, openDatabase } from '../platform/database/open.ts';
import { newId } from '../platform/ids.ts';
import type { Json } from '../platform/json.ts';
import { makeLog } from '../platform/log.ts';
import { SYSTEM } from '../policy/actor.ts';
import { onBothDatabases } from '../testing/databases.ts';
import type { OperationContext, OperationKind } from './kinds.ts';
import { OperationRunner } from './runner.ts';
import { OperationService } from './service.ts';
import { claim, writeLeased } from './store.ts';

const runner = (owner: string) => ({ owner, leaseMs: 10_000, now: Date.now() });

type Work = (context: OperationContext) => Promise<Record<string, never>>;

/** Everything that one server would have for operations. */
class Node {
  readonly changes: Changes;
  readonly runner: OperationRunner;
  readonly service: OperationService;

  constructor(database: Database, nodeId: string, work: Work, more: { leaseMs?: number; ended?: () => void } = {}) {
    const { leaseMs, ended } = more;
    this.changes = new Changes(database);
    this.runner = new OperationRunner({ database, changes: this.changes, log: makeLog('silent'), nodeId, leaseMs });
    this.service = new OperationService({ database, changes: this.changes, runner: this.runner });
    const kind: OperationKind = { kind: 'test.work', steps: ['one', 'two'], run: work, ended: async () => ended?.() };
    this.service.register(kind);
  }

  queue(locks: readonly string[], id = newId(), input: Json = {}): Promise<string> {
    const target = { kind: 'thing', id: newId(), name: 'thing' };
    return this.changes.run(async (change) => {
      const row = await this.service.create(change, {
        id,
        kind: 'test.work',
        target,
        hostId: null,
        actor: SYSTEM,
        input,
        locks,
      });
      return row.id;
    });
  }

  async ended(id: string): Promise<string> {
    for (let look = 0; look < 400; look += 1) {
      const row = await this.service.find(id);
      if (row && row.state !== 'queued' && row.state !== 'running') return row.state;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return assert.fail('the operation did not end');
  }
}

onBothDatabases('the operation engine', (makePlace) => {
  let database: Database;
  const nodes: Node[] = [];

  beforeEach(async () => {
    database = await openDatabase(await makePlace());
  });

  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.runner.stop();
    await database.close();
  });

  function node(work: Work, nodeId = 'node-1'): Node {
    const made = new Node(database, nodeId, work);
    nodes.push(made);
    return made;
  }

  test('shows what was told last, in whatever order and however fast it was told', async () => {
    const only = node(async (context) => {
      const told: Promise<void>[] = [];
      await context.step('one', async () => {
        for (let done = 0; done <= 20; done += 1) {
          told.push(context.stepMessage(`${done}`), context.progress({ done, total: 30, unit: 'items' }));
        }
      });
      await Promise.all(told);
      return {};
    });
    await only.runner.start();
    const id = await only.queue([]);
    assert.equal(await only.ended(id), 'succeeded');
    const view = await only.service.get(id);
    assert.equal(view.progress?.done, 20);
    assert.deepEqual([view.steps[0]?.state, view.steps[0]?.message], ['succeeded', '20']);
  });

  test('runs steps in order, keeps their times, and ends succeeded', async () => {
    const only = node(async (context) => {
      await context.step('one', async () => context.stepMessage('first'));
      await context.step('two', () => context.progress({ done: 3, total: 3, unit: 'items' }));
      await context.log('info', 'all done');
      return {};
    });
    await only.runner.start();
    const id = await only.queue([]);
    assert.equal(await only.ended(id), 'succeeded');
    const view = await only.service.get(id);
    assert.deepEqual(
      view.steps.map((step) => [step.name, step.state, step.message]),
      [
        ['one', 'succeeded', 'first'],
        ['two', 'succeeded', ''],
      ],
    );
    assert.equal(view.progress?.done, 3);
    assert.ok(view.steps.every((step) => step.startedAt !== null && step.finishedAt !== null));
  });

  test('a failure keeps code, message and hint, and marks the step', async () => {
    const only = node(async (context) => {
      await context.step('one', async () => {
        throw new SampanError('throttled', 'Too fast.', { hint: 'Wait.', retryable: true });
      });
      return {};
    });
    await only.runner.start();
    const id = await only.queue([]);
    assert.equal(await only.ended(id), 'failed');
    const view = await only.service.get(id);
    assert.equal(view.error?.code, 'throttled');
    assert.equal(view.error?.hint, 'Wait.');
    assert.deepEqual(
      view.steps.map((step) => step.state),
      ['failed', 'pending'],
    );
  });

  test('whoever wants a lock first gets it first, one at a time, whatever their ids', async () => {
    const order: string[] = [];
    let running = 0;
    const only = node(async (context) => {
      running += 1;
      assert.equal(running, 1, 'two ran at once under one lock');
      order.push(context.operationId);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      return {};
    });
    // Ids that sort the other way round.
    const ids = ['f', 'c', '9', '3'].map((digit) => digit.repeat(32));
    for (const id of ids) {
      await only.queue(['thing:1', `thing:${id}`], id);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    assert.equal((await only.service.get(ids[1] ?? '')).waitingFor?.operationId, ids[0]);
    await only.runner.start();
    for (const id of ids) assert.equal(await only.ended(id), 'succeeded');
    assert.deepEqual(order, ids);
  });

  test('of two servers that look at once, one takes the operation', async () => {
    let runs = 0;
    const work: Work = async () => {
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return {};
    };
    const [first, second] = [node(work, 'node-1'), node(work, 'node-2')];
    await first.runner.start();
    await second.runner.start();
    const ids = await Promise.all(Array.from({ length: 12 }, () => first.queue(['thing:shared'])));
    second.runner.wake();
    for (const id of ids) assert.equal(await first.ended(id), 'succeeded');
    assert.equal(runs, 12);
  });

  test('a runner that lost its lease can write nothing more', async () => {
    const only = node(async () => ({}));
    const id = await only.queue([]);
    const old = await only.changes.run((change) => claim(change.db, database, id, runner('old owner')));
    assert.equal(old?.lease_epoch, 1);
    await database.query.updateTable('operations').set({ lease_expires_at: 0 }).where('id', '=', id).execute();
    const taken = await only.changes.run((change) => claim(change.db, database, id, runner('new owner')));
    assert.equal(taken?.lease_epoch, 2);
    const lease = { operationId: id, owner: 'old owner', epoch: 1 };
    await assert.rejects(writeLeased(database.query, lease, { checkpoint: '"stale"' }, 1), /lease_lost/);
    const stolen = { operationId: id, owner: 'new owner', epoch: 1 };
    await assert.rejects(writeLeased(database.query, stolen, { checkpoint: '"stale"' }, 1), /lease_lost/);
    assert.equal((await only.service.find(id))?.checkpoint, null);
  });

  test('a lease that is still good cannot be taken', async () => {
    const only = node(async () => ({}));
    const id = await only.queue([]);
    await only.changes.run((change) => claim(change.db, database, id, runner('owner')));
    assert.equal(await only.changes.run((change) => claim(change.db, database, id, runner('thief'))), undefined);
  });

  test('when a server stops, another goes on from the checkpoint at once', async () => {
    const seen: unknown[] = [];
    const work: Work = async (context) => {
      seen.push(context.checkpoint);
      if (context.checkpoint === null) {
        await context.save({ reached: 7 });
        await new Promise((_resolve, reject) =>
          context.signal.addEventListener('abort', () => reject(context.signal.reason)),
        );
      }
      return {};
    };
    const first = node(work, 'node-1');
    await first.runner.start();
    const id = await first.queue(['thing:1']);
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await first.runner.stop();
    const second = node(work, 'node-2');
    await second.runner.start();
    assert.equal(await second.ended(id), 'succeeded');
    assert.deepEqual(seen, [null, { reached: 7 }]);
    assert.equal((await second.service.get(id)).attempts, 2);
  });

  test('an end that cannot be written is tried again, and then left to whoever comes next', async () => {
    let [runs, refusals] = [0, 2];
    const ended = (): void => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('the database is away');
    };
    const only = new Node(
      database,
      'node-1',
      async ({ input, signal }) => {
        if ((input as { waits?: true }).waits)
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        else runs += 1;
        return {};
      },
      { leaseMs: 1_000, ended },
    );
    nodes.push(only);
    await only.runner.start();
    const first = await only.queue([]);
    assert.equal(await only.ended(first), 'succeeded');
    assert.equal(runs, 1);
    refusals = 4;
    // Its lease is renewed all the while, the other's must not be.
    await only.queue([], newId(), { waits: true });
    assert.equal(await only.ended(await only.queue([])), 'succeeded');
    assert.equal(runs, 3);
  });

  test('cancel ends a waiting one at once and a running one at its next wait', async () => {
    const only = node(async (context) => {
      await context.step(
        'one',
        () =>
          new Promise((_resolve, reject) =>
            context.signal.addEventListener('abort', () => reject(context.signal.reason)),
          ),
      );
      return {};
    });
    await only.runner.start();
    const running = await only.queue(['thing:1']);
    const waiting = await only.queue(['thing:1']);
    while ((await only.service.find(running))?.state !== 'running')
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal((await only.service.cancel(waiting, SYSTEM)).state, 'cancelled');
    await only.service.cancel(running, SYSTEM);
    assert.equal(await only.ended(running), 'cancelled');
    await assert.rejects(only.service.cancel(running, SYSTEM), /ended already/);
    const locks = await database.query.selectFrom('operation_locks').selectAll().execute();
    assert.deepEqual(locks, []);
  });

  test('work that belongs to one computer runs on no other', async () => {
    let ranOn = '';
    const work =
      (name: string): Work =>
      async () => {
        ranOn = name;
        return {};
      };
    const stranger = node(work('stranger'), 'node-b');
    const id = await stranger.queue([]);
    await database.query.updateTable('operations').set({ node_id: 'node-a' }).where('id', '=', id).execute();
    await stranger.runner.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal((await stranger.service.find(id))?.state, 'queued');
    const owner = node(work('owner'), 'node-a');
    await owner.runner.start();
    assert.equal(await owner.ended(id), 'succeeded');
    assert.equal(ranOn, 'owner');
  });
});
