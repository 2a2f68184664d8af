import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunProgress } from '../api/backup-resources.ts';
import { runPercent } from './run-percent.ts';

const progress = (more: Partial<RunProgress>): RunProgress => ({
  ...{ filesDone: 0, files: null, bytesDone: 0, bytes: null, bytesSent: 0, ratePerSecond: null, remainingMs: null },
  ...{ currentFiles: [], at: 0 },
  ...more,
});

test('how far a run is comes from bytes, then from files, and is never more than all', () => {
  assert.equal(runPercent({ state: 'queued', progress: null }), 0);
  assert.equal(runPercent({ state: 'running', progress: null }), null);
  assert.equal(runPercent({ state: 'running', progress: progress({ bytesDone: 50, bytes: 200 }) }), 25);
  assert.equal(runPercent({ state: 'running', progress: progress({ bytes: 0, files: 4, filesDone: 1 }) }), 25);
  assert.equal(runPercent({ state: 'paused', progress: progress({ bytesDone: 300, bytes: 200 }) }), 100);
  assert.equal(runPercent({ state: 'running', progress: progress({ bytesDone: 300 }) }), null);
});
