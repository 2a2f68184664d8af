import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './errors.ts';

const LARGEST_BODY_BYTES = 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new ApiError('RequestTooLarge', 'The body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Says of every answer what it is, and when the simulated cloud thinks it is. */
export function markAnswer(response: ServerResponse, cloudTime: number): void {
  response.setHeader('Date', new Date(cloudTime).toUTCString());
  response.setHeader('X-Sampan-Simulator', 'qingzhou');
  response.setHeader('Cache-Control', 'no-store');
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

export function sendError(response: ServerResponse, requestId: string, error: ApiError): void {
  if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(error.retryAfterSeconds));
  sendJson(response, error.status, {
    RequestId: requestId,
    Code: error.code,
    Message: error.message,
    HostId: response.req.headers.host ?? '',
    Recommend: 'This is a simulator; see the README of @sampan/simulators.',
  });
}

/** Half an answer, then the connection is cut. */
export function sendTruncated(response: ServerResponse, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

export function sendHtml(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><html><body><h1>Welcome to nginx!</h1></body></html>');
}
