import { useMemo, useSyncExternalStore } from 'react';
import { toErrorRecord } from '../api/problem.ts';
import { queryClient } from '../api/query-client.ts';
import { queryKeys } from '../api/query-keys.ts';
import { sendContent } from './send-content.ts';
import { createUploadQueue, summaryOf, type Upload } from './upload-queue.ts';

const AT_ONCE = 3;
const TELL_EVERY_MS = 100;

/** The uploads of this tab. */
export const uploads = createUploadQueue<Blob>({
  send: sendContent,
  toError: toErrorRecord,
  later: (tell) => void setTimeout(tell, TELL_EVERY_MS),
  atOnce: AT_ONCE,
});

let wasBusy = false;
uploads.subscribe(() => {
  const isBusy = summaryOf(uploads.uploads()).unfinished > 0;
  if (isBusy === wasBusy) return;
  wasBusy = isBusy;
  // Leaving the page would end them.
  window.onbeforeunload = isBusy ? (event) => event.preventDefault() : null;
  // Who uploaded wants to see it now; events of others' work may wait for each other a little.
  if (!isBusy) void queryClient.invalidateQueries({ queryKey: queryKeys.lists('objects') });
});

/** The uploads to a storage. */
export function useUploads(storageId: string): readonly Upload[] {
  const all = useSyncExternalStore(uploads.subscribe, uploads.uploads);
  return useMemo(() => all.filter(({ place }) => place.storageId === storageId), [all, storageId]);
}
