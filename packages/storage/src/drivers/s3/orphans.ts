import type { Calls } from './calls.ts';
import type { Target } from './parts.ts';
import { abortUpload, LIMIT_MS, listUploads } from './unfinished.ts';

/** What this process has under way for one key. */
interface UnderWay {
  /** Uploads whose id is known, until they are completed or aborted. */
  known: Set<string>;
  /** Uploads that are being begun. */
  beginning: number;
  /** When the first one was begun whose answer was lost; null when none was. */
  lostSince: number | null;
}

const underWay = new Map<string, UnderWay>();
/** Clocks of two machines. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface Begun {
  /** The answer to an attempt was lost: an upload may be there whose id nobody was told. */
  lost: () => void;
  begun: (uploadId: string) => void;
  /** Completed, aborted, or never begun. Removes uploads that are nobody's. */
  ended: () => Promise<void>;
}

/**
 * Keeps account of an upload, so that one whose id was lost on the way can be told from those that others have under way:
 * it is of the same key, was begun in that time, has no parts, and nobody in this process knows it.
 */
export function beginning(calls: Calls, target: Target): Begun {
  // Two services may have buckets of one name.
  const name = `${calls.origin} ${target.bucket}/${target.fullKey}`;
  const state = underWay.get(name) ?? { known: new Set<string>(), beginning: 0, lostSince: null };
  underWay.set(name, state);
  const since = calls.now();
  let id: string | null = null;
  let isBeginning = true;
  state.beginning += 1;

  function noLongerBeginning(): void {
    if (isBeginning) state.beginning -= 1;
    isBeginning = false;
  }

  return {
    lost() {
      state.lostSince ??= since;
    },
    begun(uploadId) {
      id = uploadId;
      state.known.add(uploadId);
      noLongerBeginning();
    },
    async ended() {
      noLongerBeginning();
      // While others begin, an upload without a known id may be theirs: the last one looks.
      if (state.lostSince !== null && state.beginning === 0) {
        const from = state.lostSince - CLOCK_TOLERANCE_MS;
        state.lostSince = null;
        await removeOrphans(calls, target, state.known, from).catch(() => undefined);
      }
      if (id !== null) state.known.delete(id);
      if (state.known.size === 0 && state.beginning === 0) underWay.delete(name);
    },
  };
}

async function removeOrphans(calls: Calls, target: Target, known: ReadonlySet<string>, from: number): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  for await (const { fullKey, uploadId, begunAt } of listUploads(calls, target.bucket, target.fullKey, signal)) {
    if (fullKey !== target.fullKey || known.has(uploadId) || (begunAt !== null && begunAt < from)) continue;
    const { Parts = [] } = await calls.send({
      class: 'list',
      signal,
      run: ({ client, sdk, options }) =>
        client.send(
          new sdk.ListPartsCommand({ Bucket: target.bucket, Key: fullKey, UploadId: uploadId, MaxParts: 1 }),
          options,
        ),
    });
    if (Parts.length === 0 && !known.has(uploadId)) await abortUpload(calls, target, uploadId, signal);
  }
}
