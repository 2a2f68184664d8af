import type { ChangeEvent, StreamMessage, StreamState } from './messages.ts';

/** The part of `EventSource` that is used, so that tests bring their own. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface StreamEnvironment {
  open: () => EventStream;
  later: (action: () => void, milliseconds: number) => () => void;
}

const CLOSED = 2;
const BATCH_PAUSE = 40;
const FIRST_RETRY = 1000;
const LONGEST_RETRY = 20_000;

/**
 * Holds one event stream for any number of listeners: opened with the first, closed after the last.
 *
 * An `EventSource` connects again by itself after a broken connection, but gives up for good when the server answers
 * with an error (a restart behind a proxy answers 502), so those are tried again from here. Changes are handed over
 * in batches: a synchronisation of thousands of instances must not draw the page thousands of times.
 */
export function createStreamHolder(environment: StreamEnvironment) {
  const listeners = new Set<(message: StreamMessage) => void>();
  let stream: EventStream | undefined;
  let state: StreamState = 'connecting';
  let batch: ChangeEvent[] = [];
  let cancelFlush: (() => void) | undefined;
  let cancelRetry: (() => void) | undefined;
  let pause = FIRST_RETRY;

  const tell = (message: StreamMessage) => {
    for (const listener of listeners) listener(message);
  };
  const setState = (next: StreamState) => {
    if (state === next) return;
    state = next;
    tell({ type: 'state', state });
  };
  const flush = () => {
    cancelFlush?.();
    cancelFlush = undefined;
    if (batch.length === 0) return;
    const changes = batch;
    batch = [];
    tell({ type: 'changes', changes });
  };

  const close = () => {
    stream?.close();
    stream = undefined;
    cancelRetry?.();
    cancelRetry = undefined;
    cancelFlush?.();
    cancelFlush = undefined;
    batch = [];
  };

  const open = () => {
    close();
    const opened = environment.open();
    stream = opened;
    opened.addEventListener('hello', () => {
      if (stream !== opened) return;
      pause = FIRST_RETRY;
      flush();
      setState('open');
      tell({ type: 'hello' });
    });
    opened.addEventListener('reset', () => {
      if (stream === opened) tell({ type: 'reset' });
    });
    opened.addEventListener('change', (event) => {
      if (stream !== opened || typeof event.data !== 'string') return;
      batch.push(JSON.parse(event.data) as ChangeEvent);
      cancelFlush ??= environment.later(flush, BATCH_PAUSE);
    });
    opened.addEventListener('error', () => {
      if (stream !== opened) return;
      flush();
      setState('lost');
      if (opened.readyState !== CLOSED) return;
      cancelRetry ??= environment.later(open, pause);
      pause = Math.min(pause * 2, LONGEST_RETRY);
    });
  };

  return {
    join(listener: (message: StreamMessage) => void): void {
      listeners.add(listener);
      listener({ type: 'state', state });
      if (!stream) open();
      else if (state === 'open') listener({ type: 'hello' });
    },
    leave(listener: (message: StreamMessage) => void): void {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      close();
      state = 'connecting';
    },
    retry(): void {
      if (listeners.size > 0 && state === 'lost') open();
    },
  };
}

export type StreamHolder = ReturnType<typeof createStreamHolder>;
