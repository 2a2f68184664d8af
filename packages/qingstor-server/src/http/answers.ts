import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QingStorServerError } from '../errors.ts';

export type AnswerHeaders = Record<string, string | number>;

/** What an answer goes to; an `Exchange`, or a request that could not even be read. */
export interface Reply {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  requestId: string;
}

/** How long a client that sends a body nobody wants may go on, so that it gets to read why. */
const LINGER_MS = 3_000;

function send(exchange: Reply, status: number, headers: AnswerHeaders, body?: Buffer): void {
  const { request, response, method } = exchange;
  const length = body
    ? { 'Content-Length': body.length }
    : status === 204 || status === 304
      ? {}
      : { 'Content-Length': 0 };
  const payload = method === 'HEAD' ? undefined : body;
  if (request.complete) {
    response.writeHead(status, { ...length, ...headers });
    response.end(payload);
    return;
  }
  // The rest of the body is not wanted. Closing at once would take the answer from the client.
  response.writeHead(status, { ...length, ...headers, Connection: 'close' });
  response.flushHeaders();
  if (payload) response.write(payload);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end).once('close', end).resume();
}

/** An answer without a body. */
export function sendEmpty(exchange: Reply, status: number, headers: AnswerHeaders = {}): void {
  send(exchange, status, headers);
}

/** The Go SDK reads a body only when its type says JSON, whether it is a success or not. */
export function sendJson(exchange: Reply, status: number, value: unknown, headers: AnswerHeaders = {}): void {
  send(exchange, status, { 'Content-Type': 'application/json', ...headers }, Buffer.from(JSON.stringify(value)));
}

export function sendXml(exchange: Reply, status: number, xml: string, headers: AnswerHeaders = {}): void {
  send(exchange, status, { 'Content-Type': 'application/xml', ...headers }, Buffer.from(xml));
}

const DOCUMENTATION = 'https://docs.qingcloud.com/qingstor/api/common/error_code.html';

function retryHeaders(error: QingStorServerError): AnswerHeaders {
  return error.retryAfterSeconds === undefined ? {} : { 'Retry-After': error.retryAfterSeconds };
}

export function sendError(exchange: Reply, error: QingStorServerError): void {
  const { status } = error.row;
  if (exchange.method === 'HEAD') {
    sendEmpty(exchange, status, retryHeaders(error));
    return;
  }
  // One condition, two codes on the S3 side only.
  const code = error.code === 'bucket_already_owned' ? 'bucket_already_exists' : error.code;
  const body = { code, message: error.message, request_id: exchange.requestId, url: DOCUMENTATION };
  sendJson(exchange, status, body, retryHeaders(error));
}
