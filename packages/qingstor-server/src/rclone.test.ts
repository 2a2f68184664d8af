import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { describe, test } from 'node:test';
import { signQingStorHeaders } from '@sampan/accesskey';
import recorded from './rclone.recorded.json' with { type: 'json' };
import { BASE_HOST, md5Hex, pattern, testKey, testServer } from './testing.ts';

interface Replayed {
  status: number;
  etag: string | undefined;
  json: Record<string, unknown>;
}

/** Sends a request to the byte as rclone does: through a proxy's form of the target, bodies chunked where it does so. */
function replay(
  port: number,
  line: string,
  body: Buffer | null,
  isChunked: boolean,
  uploadId: string,
): Promise<Replayed> {
  const [, method = '', target = '', headerText = ''] =
    /^(\w+) (\S+)(?: \[(.*)\])?$/.exec(line.replace('UPLOADID', uploadId)) ?? [];
  const headers: Record<string, string> = {};
  for (const pair of headerText.split(/; (?=[A-Z][\w-]*: )/).filter((text) => text !== '')) {
    const at = pair.indexOf(': ');
    headers[pair.slice(0, at)] = pair.slice(at + 2);
  }
  const host = target === '/' ? BASE_HOST : `pek3a.${BASE_HOST}`;
  const signed = signQingStorHeaders(testKey, { method, target, headers }, Date.now());
  const framing: Record<string, string> = isChunked
    ? { 'Transfer-Encoding': 'chunked' }
    : { 'Content-Length': String(body?.length ?? 0) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path: `http://${host}:80${target}`,
        headers: {
          Host: `${host}:80`,
          'User-Agent': 'rclone/v1.60.1',
          ...signed,
          ...headers,
          ...(method === 'GET' || method === 'HEAD' ? {} : framing),
        },
      },
      async (response) => {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part);
        const text = Buffer.concat(parts).toString('utf8');
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({
          status: response.statusCode ?? 0,
          etag: response.headers.etag,
          json: isJson && text ? JSON.parse(text) : {},
        });
      },
    );
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

describe('what rclone sends, as it was recorded', () => {
  test('every request of every command is answered with the status that rclone needs', async (context) => {
    const server = await testServer(context);
    let uploadId = '';
    const nine = pattern(9_000_000, 9);
    for (const { command, requests } of recorded.commands) {
      for (const [line = '', status = '', bodyKind = ''] of requests) {
        const [kind = '', from, to] = bodyKind.split(' ');
        const body =
          kind === 'text'
            ? Buffer.from(bodyKind.slice(5))
            : kind === 'nine'
              ? nine.subarray(Number(from ?? 0), Number(to ?? nine.length))
              : null;
        const sentLine = line.replace('NINE-MD5', md5Hex(nine));
        const answer = await replay(server.port, sentLine, body, kind === 'chunked', uploadId);
        assert.equal(answer.status, Number(status), `${command}: ${line}`);
        if (typeof answer.json.upload_id === 'string') uploadId = answer.json.upload_id;
        if (/\?stats=/.test(line) && status === '200') {
          assert.ok(typeof answer.json.count === 'number' && answer.json.status === 'active', line);
        }
        if (/limit=1000/.test(line) && status === '200') assert.equal(typeof answer.json.has_more, 'boolean', line);
        if (line.startsWith('PUT') && body && status === '201') {
          assert.equal(answer.etag, `"${createHash('md5').update(body).digest('hex')}"`, line);
        }
        if (line === 'HEAD /recbucket/r/nine' && command.startsWith('multipart') && status === '200') {
          assert.equal(answer.etag, `"${md5Hex(nine)}"`);
        }
      }
    }
  });
});
