/**
 * A process that takes whatever is put and keeps nothing, as fast as Node can: run it, read the port from its first line.
 *
 * It speaks just enough of QingStor and of S3 for uploads. The ETag of a put is the end of its key where that is an MD5,
 * else `"sink"`. Environment: `SINK_BREAK_BYTES` resets each connection after so many bytes; `SINK_VERIFY=1` compares
 * each body with its Content-MD5.
 */
import { createHash, type Hash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

const breakBytes = Number(process.env.SINK_BREAK_BYTES ?? Number.POSITIVE_INFINITY);
const verifies = process.env.SINK_VERIFY === '1';
const uploads = new Map<string, { sizes: Map<string, number>; etag: string }>();

interface Head {
  method: string;
  path: string;
  query: string;
  length: number;
  md5: string | undefined;
  etag: string | undefined;
  isS3: boolean;
}

function readHead(text: string): Head {
  const [, method = '', path = '', query = ''] = /^(\S+) ([^ ?]*)\??(\S*)/.exec(text) ?? [];
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  return {
    ...{ method, path, query, length },
    md5: verifies ? /\r\ncontent-md5: *(\S+)/i.exec(text)?.[1] : undefined,
    etag: method === 'POST' ? /\r\netag: *(\S+)/i.exec(text)?.[1] : undefined,
    isS3: method === 'POST' && /\r\nauthorization: *AWS4/i.test(text),
  };
}

function reply(status: string, headers: string, body = ''): string {
  return `HTTP/1.1 ${status}\r\nx-qs-request-id: sink\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const PUT_REPLY = reply('201 Created', 'ETag: "sink"\r\n');
const S3_REPLY = reply('200 OK', 'ETag: "sink"\r\n');

function begun({ path, isS3 }: Head): string {
  uploads.set(path, { sizes: new Map(), etag: '' });
  if (!isS3) return reply('200 OK', 'Content-Type: application/json\r\n', JSON.stringify({ upload_id: 'sink' }));
  const xml = '<InitiateMultipartUploadResult><UploadId>sink</UploadId></InitiateMultipartUploadResult>';
  return reply('200 OK', 'Content-Type: application/xml\r\n', xml);
}

function answer(head: Head): string {
  const { method, path, query } = head;
  const upload = uploads.get(path);
  if (method === 'HEAD' && upload) {
    const size = [...upload.sizes.values()].reduce((sum, each) => sum + each, 0);
    return `HTTP/1.1 200 OK\r\nx-qs-request-id: sink\r\nETag: ${upload.etag}\r\nContent-Length: ${size}\r\n\r\n`;
  }
  if (method === 'POST' && query.startsWith('uploads')) return begun(head);
  if (method === 'POST') {
    if (upload) upload.etag = head.etag ?? '';
    if (!head.isS3) return reply('201 Created', '');
    return reply('200 OK', 'Content-Type: application/xml\r\n', '<CompleteMultipartUploadResult/>');
  }
  const part = /(?:part_number|partNumber)=(\d+)/.exec(query)?.[1];
  if (part !== undefined) {
    upload?.sizes.set(part, head.length);
    return query.includes('uploadId') ? S3_REPLY : PUT_REPLY;
  }
  if (query.includes('x-id=')) return S3_REPLY;
  const md5 = /[0-9a-f]{32}$/.exec(path)?.[0];
  return md5 ? reply('201 Created', `ETag: "${md5}"\r\n`) : PUT_REPLY;
}

function serve(socket: Socket): void {
  let begin: Buffer | null = null;
  let head: Head | null = null;
  let hash: Hash | null = null;
  let left = 0;
  let taken = 0;

  function done(finished: Head): void {
    head = null;
    const differs = hash !== null && hash.digest('base64') !== finished.md5;
    hash = null;
    const bad = '{"code":"bad_digest","message":"","request_id":"sink"}';
    socket.write(differs ? reply('400 Bad Request', 'Content-Type: application/json\r\n', bad) : answer(finished));
  }

  function take(data: Buffer): void {
    let at = 0;
    while (at < data.length) {
      if (head) {
        const count = Math.min(left, data.length - at);
        hash?.update(data.subarray(at, at + count));
        left -= count;
        at += count;
        if (left === 0) done(head);
        continue;
      }
      const rest: Buffer = begin ? Buffer.concat([begin, data.subarray(at)]) : data.subarray(at);
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) {
        begin = Buffer.from(rest);
        return;
      }
      at += end + 4 - (begin?.length ?? 0);
      begin = null;
      const text = rest.toString('latin1', 0, end);
      if (/\r\nexpect: *100/i.test(text)) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      head = readHead(text);
      left = head.length;
      if (head.md5 !== undefined) hash = createHash('md5');
      if (left === 0) done(head);
    }
  }

  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => {
    taken += data.length;
    if (taken > breakBytes) socket.resetAndDestroy();
    else take(data);
  });
}

const server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
// Ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();
