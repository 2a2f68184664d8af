import type { ServerContext } from '../context.ts';
import type { BucketRecord, ObjectRecord, StorageClass } from '../store/records.ts';

const DAY_MS = 24 * 3600 * 1000;
const PAGE = 1000;

export interface LifecycleRule {
  id: string;
  status: 'enabled' | 'disabled';
  filter: { prefix: string };
  expiration?: { days: number };
  abort_incomplete_multipart_upload?: { days_after_initiation: number };
  transition?: { days: number; storage_class: StorageClass | number };
}

async function forEachPage(
  context: ServerContext,
  bucket: BucketRecord,
  prefix: string,
  work: (objects: ObjectRecord[]) => Promise<void>,
): Promise<void> {
  let marker = '';
  for (;;) {
    const page = context.store.listing.objects(bucket.id, { prefix, delimiter: '', marker, limit: PAGE });
    if (page.items.length > 0) await work(page.items);
    if (!page.hasMore) return;
    marker = page.nextMarker;
  }
}

/** Only while it is the object that was found old: it may have been overwritten since. */
const unchanged = (found: readonly ObjectRecord[]) => {
  const ids = new Set(found.map(({ id }) => id));
  return (current: ObjectRecord | undefined) => current !== undefined && ids.has(current.id);
};

async function applyRule(context: ServerContext, bucket: BucketRecord, rule: LifecycleRule): Promise<void> {
  const { store } = context;
  const { prefix } = rule.filter;
  const before = (days: number) => context.now() - days * DAY_MS;
  const abort = rule.abort_incomplete_multipart_upload;
  if (abort) {
    for (const upload of store.uploads.olderThan(bucket.id, before(abort.days_after_initiation))) {
      if (upload.key.startsWith(prefix)) await store.uploads.abort(bucket.id, upload.key, upload.id);
    }
  }
  const { expiration, transition } = rule;
  if (expiration) {
    await forEachPage(context, bucket, prefix, async (objects) => {
      const old = objects.filter(({ modified }) => modified < before(expiration.days));
      await store.objects.deleteIf(
        bucket.id,
        old.map(({ key }) => key),
        unchanged(old),
      );
    });
  }
  if (transition) {
    await forEachPage(context, bucket, prefix, async (objects) => {
      const old = objects.filter((one) => one.modified < before(transition.days) && one.storageClass === 'STANDARD');
      await store.objects.reclass(
        bucket.id,
        old.map(({ key }) => key),
        'STANDARD_IA',
        unchanged(old),
      );
    });
  }
}

/** Applies the rules of all buckets once. */
export async function applyLifecycle(context: ServerContext): Promise<void> {
  for (const bucket of context.store.buckets.list()) {
    const rules = context.store.buckets.setting<{ rule: LifecycleRule[] }>(bucket, 'lifecycle')?.rule ?? [];
    for (const rule of rules) {
      if (rule.status !== 'enabled') continue;
      try {
        await applyRule(context, bucket, rule);
      } catch (error) {
        context.emit({ level: 'error', message: `lifecycle rule ${rule.id} of ${bucket.name} failed`, error });
      }
    }
  }
}
