import { type OptionValues, SampanError } from '@sampan/driver';
import type { Change, Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/open.ts';
import { DriverTypes } from '../platform/driver-types.ts';
import { checkRevision } from '../platform/http/conditional.ts';
import { InvalidRequest, idTaken, RevisionMismatch } from '../platform/http/problem.ts';
import { newId } from '../platform/ids.ts';
import { fromJson, type Json } from '../platform/json.ts';
import { demandFreeName, nameColumns } from '../platform/names.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { DEFAULT_PROJECT } from '../platform/tables.ts';
import type { Actor } from '../policy/actor.ts';
import { withKeptSecrets } from '../storages/kept-secrets.ts';
import { dueAt } from './digest.ts';
import { type ChannelView, type Digest, presentChannel } from './present.ts';
import { ChannelQueries } from './queries.ts';
import { demandKnownEvents, type Rule } from './rules.ts';
import type { ChannelType, Sender, SenderEnvironment } from './senders/contract.ts';
import { findChannel, openOptions, readChannel, saveSecrets, secretFieldsOf } from './store.ts';
import type { ChannelRow, Language } from './tables.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_DIGEST_TIME = '08:00';

type Given = Readonly<Record<string, unknown>>;

export interface ChannelSettingsInput {
  enabled?: boolean | undefined;
  language?: Language | undefined;
  digest?: (Pick<Digest, 'mode'> & { time?: string | undefined }) | undefined;
  timeZone?: string | undefined;
  repeatAfterHours?: 1 | 6 | 24 | null | undefined;
  rules?: readonly Rule[] | undefined;
}

export interface NewChannel extends ChannelSettingsInput {
  id?: string | undefined;
  name: string;
  type: string;
  options: Given;
}

export interface ChannelEdit extends ChannelSettingsInput {
  name?: string | undefined;
  /** Replace those of the same name; null or blank clears; a secret that is absent is kept. */
  options?: Given | undefined;
}

/** The types of channel that can be added, by their name. */
export class ChannelTypes extends DriverTypes<ChannelType> {}

const DEFAULTS = {
  enabled: 1,
  language: 'en',
  digest: 'immediately',
  digest_time: DEFAULT_DIGEST_TIME,
  time_zone: 'UTC',
  repeat_after_ms: 6 * HOUR_MS,
  rules: '[]',
} as const satisfies Partial<ChannelRow>;

type SettingColumns = Pick<ChannelRow, keyof typeof DEFAULTS>;

function settingColumns(given: ChannelSettingsInput): Partial<SettingColumns> {
  demandKnownEvents(given.rules ?? []);
  if (given.timeZone !== undefined) demandTimeZone(given.timeZone);
  return {
    ...(given.enabled !== undefined && { enabled: given.enabled ? 1 : 0 }),
    ...(given.language !== undefined && { language: given.language }),
    ...(given.digest !== undefined && { digest: given.digest.mode }),
    ...(given.digest?.time !== undefined && { digest_time: given.digest.time }),
    ...(given.timeZone !== undefined && { time_zone: given.timeZone }),
    ...(given.repeatAfterHours !== undefined && {
      repeat_after_ms: given.repeatAfterHours === null ? null : given.repeatAfterHours * HOUR_MS,
    }),
    ...(given.rules !== undefined && { rules: JSON.stringify(given.rules) }),
  };
}

function demandTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    const message = `${timeZone} is no time zone; give a name such as Asia/Shanghai`;
    throw new InvalidRequest([{ field: 'timeZone', code: 'not_offered', message }]);
  }
}

function shownSettings(row: SettingColumns): Record<string, Json> {
  return {
    enabled: row.enabled === 1,
    language: row.language,
    digest: { mode: row.digest, time: row.digest_time },
    timeZone: row.time_zone,
    repeatAfterHours: row.repeat_after_ms === null ? null : row.repeat_after_ms / HOUR_MS,
    rules: fromJson<Json>(row.rules),
  };
}

/** Rules of adding, changing and removing channels. Reading is in `queries`. */
export class ChannelService {
  readonly types: ChannelTypes;
  readonly queries: ChannelQueries;
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #sealer: Sealer;
  readonly #environment: SenderEnvironment;
  readonly #now: () => number;

  constructor(parts: {
    database: Database;
    changes: Changes;
    sealer: Sealer;
    types: ChannelTypes;
    environment: SenderEnvironment;
  }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#sealer = parts.sealer;
    this.types = parts.types;
    this.#environment = parts.environment;
    this.#now = parts.environment.now;
    this.queries = new ChannelQueries(parts);
  }

  /** @param options.repeated the id comes from an Idempotency-Key: what exists under it is the first attempt's */
  async create(wish: NewChannel, actor: Actor, options: { repeated?: boolean } = {}): Promise<ChannelView> {
    const type = this.types.get(wish.type);
    const values = this.types.validate(type, wish.options);
    const { plain, secrets } = this.types.split(type, values);
    const settings = { ...DEFAULTS, ...settingColumns(wish) };
    const id = await this.#changes.run(async (change) => {
      const channelId = wish.id ?? newId(change.now);
      if (await findChannel(change.db, channelId)) {
        if (options.repeated) return channelId;
        throw idTaken('channel', channelId);
      }
      await demandFreeName(change.db, 'channels', wish.name);
      const row: ChannelRow = {
        id: channelId,
        project_id: DEFAULT_PROJECT,
        revision: 1,
        created_at: change.now,
        updated_at: change.now,
        ...nameColumns(wish.name),
        type: type.type,
        options: JSON.stringify(plain),
        destination: type.destination(values),
        ...settings,
      };
      await change.db.insertInto('channels').values(row).execute();
      await change.db
        .insertInto('channel_states')
        .values({
          channel_id: channelId,
          lease_owner: null,
          lease_epoch: 0,
          lease_expires_at: 0,
          paused_until: 0,
          last_state: null,
          last_error: null,
          last_at: null,
        })
        .execute();
      await saveSecrets(change.db, this.#sealer, channelId, secrets);
      change.event({ kind: 'channel', id: channelId, action: 'created' });
      change.audit({
        actor,
        action: 'channel.create',
        resource: { kind: 'channel', id: channelId, name: row.name },
        result: 'succeeded',
        difference: { type: row.type, options: plain, secrets: [...secrets.keys()], ...shownSettings(row) },
      });
      return channelId;
    });
    return this.queries.get(id);
  }

  async update(
    id: string,
    edit: ChannelEdit,
    actor: Actor,
    expectedRevision: number | undefined,
  ): Promise<ChannelView> {
    const settings = settingColumns(edit);
    await this.#changes.run(async (change) => {
      const row = await readChannel(change.db, id);
      const shown = presentChannel(row, (await secretFieldsOf(change.db, [id])).get(id) ?? [], undefined, 0);
      const yours = { ...edit, ...(edit.options && { options: this.types.withoutSecrets(row.type, edit.options) }) };
      checkRevision(expectedRevision, row.revision, shown, yours);
      const name = edit.name ?? row.name;
      await demandFreeName(change.db, 'channels', name, id);
      const options = edit.options && (await this.#editedOptions(change, row, edit.options));
      const after: ChannelRow = {
        ...row,
        ...settings,
        ...nameColumns(name),
        ...(options && { options: JSON.stringify(options.plain), destination: options.destination }),
        revision: row.revision + 1,
        updated_at: change.now,
      };
      const updated = await change.db
        .updateTable('channels')
        .set(after)
        .where('id', '=', id)
        .where('revision', '=', row.revision)
        .executeTakeFirst();
      if (updated.numUpdatedRows === 0n) throw new RevisionMismatch(shown, yours);
      if (options) await saveSecrets(change.db, this.#sealer, id, options.secrets);
      await this.#adaptDeliveries(change, row, after);
      change.event({ kind: 'channel', id, action: 'changed' });
      const [before, now] = [shownSettings(row), shownSettings(after)];
      change.audit({
        actor,
        action: 'channel.update',
        resource: { kind: 'channel', id, name },
        result: 'succeeded',
        difference: {
          ...(name !== row.name && { name: [row.name, name] }),
          ...Object.fromEntries(
            Object.keys(now)
              .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
              .map((key) => [key, [before[key] ?? null, now[key] ?? null]]),
          ),
          ...(options && {
            options: [fromJson<OptionValues>(row.options), options.plain],
            secrets: options.changedSecrets,
          }),
        },
      });
    });
    return this.queries.get(id);
  }

  async remove(id: string, actor: Actor, expectedRevision: number | undefined): Promise<void> {
    await this.#changes.run(async (change) => {
      const row = await readChannel(change.db, id);
      checkRevision(expectedRevision, row.revision, presentChannel(row, [], undefined, 0), null);
      // In the order of those who send, who would else wait for each other with this.
      await change.db.deleteFrom('channel_states').where('channel_id', '=', id).execute();
      await change.db.deleteFrom('channels').where('id', '=', id).execute();
      change.event({ kind: 'channel', id, action: 'deleted' });
      change.audit({
        actor,
        action: 'channel.delete',
        resource: { kind: 'channel', id, name: row.name },
        result: 'succeeded',
      });
    });
  }

  /** The sender of a channel as it is saved. */
  async sender(
    row: Pick<ChannelRow, 'id' | 'type'>,
  ): Promise<{ sender: Sender; type: ChannelType; options: OptionValues }> {
    const type = this.types.find(row.type);
    if (!type)
      throw new SampanError('not_supported', `This server does not know channels of the type ${row.type}.`, {
        hint: 'Another version of Sampan made it.',
      });
    const options = await openOptions(this.#database.query, this.#sealer, row.id);
    return { sender: type.create(options, this.#environment), type, options };
  }

  /** A sender of options that are not saved: given ones over the stored ones of a channel. */
  async senderToTest(
    typeName: string,
    given: Given,
    channelId: string | undefined,
  ): Promise<{ sender: Sender; type: ChannelType; options: OptionValues; row: ChannelRow | undefined }> {
    const type = this.types.get(typeName);
    let options = given;
    let row: ChannelRow | undefined;
    if (channelId !== undefined) {
      row = await readChannel(this.#database.query, channelId);
      if (row.type !== type.type) {
        const message = `${row.name} is of the type ${row.type}: its secrets are not used for another`;
        throw new InvalidRequest([{ field: 'type', code: 'not_offered', message }]);
      }
      const stored = await openOptions(this.#database.query, this.#sealer, channelId);
      options = withKeptSecrets(type.options, stored, given, 'channel');
    }
    const values = this.types.validate(type, options);
    return { sender: type.create(values, this.#environment), type, options: values, row };
  }

  async #editedOptions(change: Change, row: ChannelRow, given: Given) {
    const type = this.types.get(row.type);
    const stored = await openOptions(change.db, this.#sealer, row.id);
    const values = this.types.validate(type, withKeptSecrets(type.options, stored, given, 'channel'));
    const { plain, secrets } = this.types.split(type, values);
    const changedSecrets = type.options
      .filter((field) => field.kind === 'secret' && field.name in given)
      .map((field) => field.name);
    return { plain, secrets, changedSecrets, destination: type.destination(values) };
  }

  /** What waits follows the channel: no longer told when it is switched off, and at the time of the new digest. */
  async #adaptDeliveries(change: Change, before: ChannelRow, after: ChannelRow): Promise<void> {
    const { db } = change;
    const now = this.#now();
    if (before.enabled === 1 && after.enabled === 0) {
      await db
        .updateTable('deliveries')
        .set({ state: 'suppressed', reason: 'channel_disabled', updated_at: now })
        .where('channel_id', '=', after.id)
        .where('state', 'in', ['queued', 'waiting'])
        .execute();
      // Switched on again it tells trouble that lasts anew.
      await db.deleteFrom('channel_troubles').where('channel_id', '=', after.id).execute();
      return;
    }
    const isDigestNew =
      before.digest !== after.digest ||
      before.digest_time !== after.digest_time ||
      before.time_zone !== after.time_zone;
    if (isDigestNew) {
      await db
        .updateTable('deliveries')
        .set({ due_at: dueAt(now, after), state: after.digest === 'immediately' ? 'queued' : 'waiting' })
        .where('channel_id', '=', after.id)
        .where('state', 'in', ['queued', 'waiting'])
        .where('attempts', '=', 0)
        .execute();
    }
    // Whoever mended the channel wants to see it work: what waits goes at once, and trouble that never arrived is told anew.
    await db
      .deleteFrom('channel_troubles')
      .where('channel_id', '=', after.id)
      .where('sent', '=', 0)
      .where('delivery_id', 'in', (eb) => eb.selectFrom('deliveries').select('id').where('state', '=', 'failed'))
      .execute();
    await db
      .updateTable('deliveries')
      .set({ due_at: now })
      .where('channel_id', '=', after.id)
      .where('state', '=', 'queued')
      .where('due_at', '>', now)
      .execute();
    await db.updateTable('channel_states').set({ paused_until: 0 }).where('channel_id', '=', after.id).execute();
  }
}
