import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, type ErrorRecord, toErrorRecord } from '../api/problem.ts';

/** An answer that comes line by line. */
export interface LineRun<Line> {
  state: 'idle' | 'running' | 'ended';
  lines: readonly Line[];
  error: ErrorRecord | null;
}

const IDLE: LineRun<never> = { state: 'idle', lines: [], error: null };

/** Keeps the lines of an answer as they come; a new one, or leaving the page, ends the one before. */
export function useLines<Line>() {
  const [run, setRun] = useState<LineRun<Line>>(IDLE);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    async (
      request: (onLine: (line: Line) => void, signal: AbortSignal) => Promise<void>,
    ): Promise<ErrorRecord | null> => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setRun({ state: 'running', lines: [], error: null });
      const update = (change: (before: LineRun<Line>) => LineRun<Line>) => {
        if (running.current === controller) setRun(change);
      };
      try {
        await request((line) => update((now) => ({ ...now, lines: [...now.lines, line] })), controller.signal);
        update((now) => ({ ...now, state: 'ended' }));
        return null;
      } catch (thrown) {
        if (controller.signal.aborted) return null;
        const error = toErrorRecord(thrown);
        // Problems of fields are shown at the fields.
        const shown = error instanceof ApiError && error.fields.length > 0 ? null : error;
        update((now) => ({ ...now, state: shown ? 'ended' : 'idle', error: shown }));
        return error;
      }
    },
    [],
  );
  const reset = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setRun(IDLE);
  }, []);
  return { run, start, reset };
}
