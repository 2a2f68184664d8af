import { type ErrorRecord, toErrorRecord } from '../api/problem.ts';
import type { Operation } from '../api/resources.ts';

export interface Refusal<T> {
  item: T;
  error: ErrorRecord;
}

/** So many requests are on their way at a time: enough to be quick, few enough that others get their turn. */
const AT_A_TIME = 6;

/** Asks for the same of many; a refusal of one does not keep the others from it. */
export async function actOnMany<T>(
  items: readonly T[],
  act: (item: T) => Promise<Operation>,
): Promise<{ sent: Operation[]; refused: Refusal<T>[] }> {
  const sent: Operation[] = [];
  const refused: Refusal<T>[] = [];
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        sent.push(await act(item));
      } catch (thrown) {
        refused.push({ item, error: toErrorRecord(thrown) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, work));
  return { sent, refused };
}
