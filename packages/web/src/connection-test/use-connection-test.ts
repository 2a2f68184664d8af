import type { ConnectionCheck } from '@sampan/driver';
import { useCallback } from 'react';
import type { ErrorRecord } from '../api/problem.ts';
import { type LineRun, useLines } from './use-lines.ts';

export type ConnectionTest = LineRun<ConnectionCheck>;

/** Asks the server for a test; hands over each step when it ends. The last line is `result`. */
export type TestRequest = (onLine: (line: ConnectionCheck) => void, signal: AbortSignal) => Promise<void>;

/** Runs a test and keeps its lines; a new one, or leaving the page, ends the one before. */
export function useConnectionTest() {
  const { run: lines, start, reset } = useLines<ConnectionCheck>();
  const run = useCallback((request: TestRequest): Promise<ErrorRecord | null> => start(request), [start]);
  return { test: lines, run, reset };
}
