import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRefresher } from './refresher.ts';

test('many events about one list are one request, and the next comes after a pause', () => {
  let now = 0;
  const asked: string[] = [];
  let timers: { action: () => void; at: number }[] = [];
  const refresh = createRefresher(
    (kind) => asked.push(kind),
    (action, milliseconds) => timers.push({ action, at: now + milliseconds }),
    () => now,
  );
  const runUntil = (time: number) => {
    now = time;
    const due = timers.filter((timer) => timer.at <= now);
    timers = timers.filter((timer) => timer.at > now);
    for (const timer of due) timer.action();
  };
  for (let i = 0; i < 100; i++) refresh(['instances', 'hosts']);
  runUntil(100);
  assert.deepEqual(asked, ['instances', 'hosts']);
  refresh(['instances']);
  runUntil(1500);
  assert.equal(asked.length, 2);
  runUntil(1600);
  assert.deepEqual(asked, ['instances', 'hosts', 'instances']);
});
