import type { Database } from '../platform/database/open.ts';
import { countRows, type Page, parseSort, readPage } from '../platform/http/page.ts';
import { namesWith } from '../platform/names.ts';
import { type ChannelView, type DeliveryView, presentChannel, presentDelivery } from './present.ts';
import { readChannel, secretFieldsOf } from './store.ts';
import type { ChannelRow, DeliveryState } from './tables.ts';

interface ListRequest {
  limit: number;
  cursor?: string | undefined;
  sort?: string | undefined;
  count: boolean;
}

/** Channels and their deliveries as the API shows them. */
export class ChannelQueries {
  readonly #database: Database;

  constructor(parts: { database: Database }) {
    this.#database = parts.database;
  }

  async list(request: ListRequest & { search?: string | undefined }): Promise<Page<ChannelView>> {
    const sort = parseSort(request.sort, { name: 'sort_name', createdAt: 'created_at' }, 'name');
    let query = this.#database.query.selectFrom('channels').selectAll();
    // Channels are few: a scan of their names is as fast as an index.
    if (request.search) query = query.where('name_key', 'like', namesWith(request.search));
    const { rows, nextCursor } = await readPage(query, 'channels', sort, request);
    const page: Page<ChannelView> = { items: await this.present(rows), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }

  async get(id: string): Promise<ChannelView> {
    const row = await readChannel(this.#database.query, id);
    const [view] = await this.present([row]);
    // `present` answers as many as it is given.
    return view as ChannelView;
  }

  async views(ids: readonly string[]): Promise<Map<string, ChannelView>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query
      .selectFrom('channels')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute();
    return new Map((await this.present(rows)).map((view) => [view.id, view]));
  }

  async present(rows: readonly ChannelRow[]): Promise<ChannelView[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const { query } = this.#database;
    const secrets = await secretFieldsOf(query, ids);
    const states = await query.selectFrom('channel_states').selectAll().where('channel_id', 'in', ids).execute();
    const pending = await query
      .selectFrom('deliveries')
      .select((eb) => ['channel_id', eb.fn.countAll<number>().as('count')])
      .where('state', 'in', ['queued', 'waiting'])
      .where('channel_id', 'in', ids)
      .groupBy('channel_id')
      .execute();
    return rows.map((row) =>
      presentChannel(
        row,
        secrets.get(row.id) ?? [],
        states.find((state) => state.channel_id === row.id),
        Number(pending.find((each) => each.channel_id === row.id)?.count ?? 0),
      ),
    );
  }

  async deliveries(
    channelId: string,
    request: ListRequest & { state?: DeliveryState[] | undefined },
  ): Promise<Page<DeliveryView>> {
    await readChannel(this.#database.query, channelId);
    // In the order in which it happened, also within one millisecond.
    const sort = parseSort(request.sort, { happenedAt: 'notice_sequence' }, '-happenedAt');
    let query = this.#database.query
      .selectFrom('deliveries')
      .innerJoin('notices', 'notices.sequence', 'deliveries.notice_sequence')
      .selectAll('deliveries')
      .select([
        'notices.event',
        'notices.severity',
        'notices.subject_kind',
        'notices.subject_id',
        'notices.subject_name',
        'notices.parameters',
        'notices.path',
        'notices.created_at as notice_created_at',
      ])
      .where('deliveries.channel_id', '=', channelId);
    if (request.state && request.state.length > 0) query = query.where('deliveries.state', 'in', request.state);
    const { rows, nextCursor } = await readPage(query, 'deliveries', sort, request);
    const page: Page<DeliveryView> = { items: rows.map(presentDelivery), nextCursor };
    if (request.count) page.count = await countRows(this.#database.query, query);
    return page;
  }
}
