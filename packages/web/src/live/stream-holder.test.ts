import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamMessage } from './messages.ts';
import { createStreamHolder, type EventStream } from './stream-holder.ts';

function bench() {
  const opened: { readyState: number; closed: boolean; emit: (type: string, data?: unknown) => void }[] = [];
  const timers: { action: () => void; milliseconds: number }[] = [];
  const holder = createStreamHolder({
    open() {
      const listeners = new Map<string, (event: { data?: unknown }) => void>();
      const stream = {
        readyState: 1,
        closed: false,
        emit: (type: string, data?: unknown) => listeners.get(type)?.({ data }),
        addEventListener: (type: string, listener: (event: { data?: unknown }) => void) =>
          listeners.set(type, listener),
        close() {
          stream.closed = true;
        },
      };
      opened.push(stream);
      return stream as EventStream;
    },
    later(action, milliseconds) {
      const timer = { action, milliseconds };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
    },
  });
  const runTimers = () => {
    for (const timer of timers.splice(0)) timer.action();
  };
  return { holder, opened, timers, runTimers };
}

const collect = () => {
  const messages: StreamMessage[] = [];
  return { messages, listener: (message: StreamMessage) => void messages.push(message) };
};

test('many pages share one stream, which closes after the last', () => {
  const { holder, opened } = bench();
  const a = collect();
  const b = collect();
  holder.join(a.listener);
  opened[0]?.emit('hello', '{}');
  holder.join(b.listener);
  assert.equal(opened.length, 1);
  assert.deepEqual(b.messages, [{ type: 'state', state: 'open' }, { type: 'hello' }], 'a late page is told at once');
  holder.leave(a.listener);
  assert.equal(opened[0]?.closed, false);
  holder.leave(b.listener);
  assert.equal(opened[0]?.closed, true);
});

test('changes are handed over in batches, in order', () => {
  const { holder, opened, runTimers } = bench();
  const { messages, listener } = collect();
  holder.join(listener);
  opened[0]?.emit('hello', '{}');
  opened[0]?.emit('change', '{"sequence":1}');
  opened[0]?.emit('change', '{"sequence":2}');
  runTimers();
  const batches = messages.filter((message) => message.type === 'changes');
  assert.deepEqual(batches, [{ type: 'changes', changes: [{ sequence: 1 }, { sequence: 2 }] }]);
});

test('a stream that the server refused is tried again, with growing pauses', () => {
  const { holder, opened, timers, runTimers } = bench();
  const { messages, listener } = collect();
  holder.join(listener);
  for (const expected of [1000, 2000, 4000]) {
    const stream = opened.at(-1);
    assert.ok(stream);
    stream.readyState = 2;
    stream.emit('error');
    assert.equal(timers[0]?.milliseconds, expected);
    runTimers();
  }
  assert.equal(opened.length, 4);
  opened[3]?.emit('hello', '{}');
  assert.deepEqual(messages.at(-1), { type: 'hello' });
});

test('a broken connection is left to the browser, which connects again by itself', () => {
  const { holder, opened, timers } = bench();
  const { messages, listener } = collect();
  holder.join(listener);
  opened[0]?.emit('hello', '{}');
  if (opened[0]) opened[0].readyState = 0;
  opened[0]?.emit('error');
  assert.deepEqual(messages.at(-1), { type: 'state', state: 'lost' });
  assert.equal(timers.length, 0);
});
