import { browserStreamHolder } from './browser-stream.ts';
import type { PageMessage, StreamMessage } from './messages.ts';

/** The part of the worker's global scope that is used; its full types contradict those of a page. */
interface SharedWorkerScope {
  onconnect: ((event: { ports: readonly MessagePort[] }) => void) | null;
}

const scope = globalThis as unknown as SharedWorkerScope;
const holder = browserStreamHolder();

scope.onconnect = ({ ports: [port] }) => {
  if (!port) return;
  const send = (message: StreamMessage) => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<PageMessage>) => {
    if (data.type === 'join') holder.join(send);
    else if (data.type === 'leave') holder.leave(send);
    else holder.retry();
  };
};
