import type { SentRequest } from './options.ts';
import type { QingStorCall } from './requests.ts';
import type { BodyReceiver, WireAnswer, WireRequest } from './transport.ts';

/** Counts one attempt, and tells of it once when it is over. */
export interface Tally {
  counted(body: WireRequest['body'], bytes: Uint8Array | null): WireRequest['body'];
  receiver(receiver: BodyReceiver): BodyReceiver;
  /** The head came; when the body is streamed, its receiver ends the attempt. */
  answered(answer: WireAnswer): void;
  broken(): void;
}

export function startTally(call: QingStorCall, tell: (request: SentRequest) => void): Tally {
  let bytesSent = 0;
  let bytesReceived = 0;
  let status: number | undefined;
  let isOver = false;

  function over(): void {
    if (isOver) return;
    isOver = true;
    const query = (call.query ?? []).map(([name]) => name);
    tell({ method: call.method, bucket: call.bucket, key: call.key, query, status, bytesSent, bytesReceived });
  }

  async function* count(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      bytesSent += piece.length;
      yield piece;
    }
  }

  function* countNow(body: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const piece of body) {
      bytesSent += piece.length;
      yield piece;
    }
  }

  return {
    counted(body, bytes) {
      if (body === null) return null;
      if (body === bytes) {
        bytesSent = bytes.length;
        return body;
      }
      if (Symbol.asyncIterator in body) return count(body);
      return body instanceof Uint8Array ? body : countNow(body);
    },
    receiver: (receiver) => ({
      accepts(answered, headers, flow) {
        status = answered;
        return receiver.accepts(answered, headers, flow);
      },
      data(chunk) {
        bytesReceived += chunk.length;
        return receiver.data(chunk);
      },
      end() {
        over();
        receiver.end();
      },
      error(error) {
        over();
        receiver.error(error);
      },
    }),
    answered(answer) {
      status = answer.status;
      if (answer.isStreamed) return;
      bytesReceived = answer.body.length;
      over();
    },
    broken: over,
  };
}
