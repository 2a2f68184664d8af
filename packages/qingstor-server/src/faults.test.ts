import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { signQingStorHeaders } from '@sampan/accesskey';
import { md5Hex, pattern, sendSigned, startProcess, temporaryDirectory, testKey, testServer } from './testing.ts';

/** The head of a signed PUT, for bodies that do not come as they should. */
function putHead(target: string, length: number, more = ''): string {
  const signed = signQingStorHeaders(testKey, { method: 'PUT', target }, Date.now());
  const headers = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
  return `PUT ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n${more}${headers.join('')}\r\n`;
}

async function conversation(port: number, begin: string, waitMs: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  socket.on('error', () => undefined);
  socket.write(begin);
  await Promise.race([once(socket, 'close'), delay(waitMs)]);
  socket.destroy();
  return text;
}

/** What is tidied up in its own time is looked at until it is. */
async function eventually(look: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

describe('when things go wrong', () => {
  test('a sender that stops is told so; what it was to replace stays; nothing is left behind', async (context) => {
    const data = await temporaryDirectory(context);
    const server = await testServer(context, { data, idleTimeoutMs: 300 });
    await sendSigned(server, { method: 'PUT', target: '/slow-bucket' });
    await sendSigned(server, { method: 'PUT', target: '/slow-bucket/k', body: 'before' });
    const answer = await conversation(
      server.port,
      `${putHead('/slow-bucket/k', 2_000_000)}${'x'.repeat(1_500_000)}`,
      6_000,
    );
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /"code":"incomplete_body"/);
    assert.match(answer, /Connection: close/i);
    // One that goes away.
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`${putHead('/slow-bucket/k', 2_000_000)}${'x'.repeat(1_500_000)}`);
    await delay(100);
    socket.destroy();
    await eventually(async () => assert.deepEqual(await readdir(join(data, 'incoming')), []));
    const got = await sendSigned(server, { method: 'GET', target: '/slow-bucket/k' });
    assert.equal(got.body.toString(), 'before');
  });

  test('Expect: 100-continue is answered only when the body is wanted', async (context) => {
    const server = await testServer(context);
    await sendSigned(server, { method: 'PUT', target: '/some-bucket' });
    const expect = 'Expect: 100-continue\r\n';
    const refused = await conversation(server.port, putHead('/no-such-bucket/k', 5, expect), 400);
    assert.match(refused, /^HTTP\/1\.1 404 /);
    const wanted = await conversation(server.port, putHead('/some-bucket/k', 5, expect), 400);
    assert.match(wanted, /^HTTP\/1\.1 100 Continue\r\n/);
  });

  test('a reader that stops reading is cut off; memory stays bounded', async (context) => {
    const server = await testServer(context, { idleTimeoutMs: 400 });
    await sendSigned(server, { method: 'PUT', target: '/some-bucket' });
    await sendSigned(server, { method: 'PUT', target: '/some-bucket/k', body: pattern(64 * 1024 * 1024) });
    const signed = signQingStorHeaders(testKey, { method: 'GET', target: '/some-bucket/k' }, Date.now());
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    const head = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /some-bucket/k HTTP/1.1\r\nHost: x\r\n${head.join('')}\r\n`);
    await delay(1_500);
    let taken = 0;
    socket.on('data', (bytes) => {
      taken += bytes.length;
    });
    socket.resume();
    await Promise.race([once(socket, 'close'), delay(3_000)]);
    assert.ok(taken < 64 * 1024 * 1024, `${taken}`);
    socket.destroy();
  });

  test('a sender that is slow but does not stop is waited for', async (context) => {
    const server = await testServer(context, { idleTimeoutMs: 6_000 });
    await sendSigned(server, { method: 'PUT', target: '/slow-bucket' });
    const socket = connect(server.port, '127.0.0.1');
    const answered = once(socket, 'data');
    socket.write(putHead('/slow-bucket/k', 10));
    // Together longer than a silence may be.
    for (let sent = 0; sent < 10; sent += 1) {
      await delay(700);
      socket.write('x');
    }
    assert.match(String((await answered)[0]), /^HTTP\/1\.1 201 /);
    socket.destroy();
  });

  test('an object that is overwritten or deleted while it is read comes whole', async (context) => {
    const data = await temporaryDirectory(context);
    const server = await testServer(context, { data });
    await sendSigned(server, { method: 'PUT', target: '/some-bucket' });
    // Of several data files: the later ones are opened long after the first.
    const target = '/some-bucket/k';
    const { upload_id } = (await sendSigned(server, { method: 'POST', target: `${target}?uploads` })).json();
    const parts = Array.from({ length: 8 }, (_, index) => pattern(4 * 1024 * 1024, index + 1));
    for (const [index, body] of parts.entries()) {
      const sent = { method: 'PUT', target: `${target}?part_number=${index}&upload_id=${upload_id}`, body };
      assert.equal((await sendSigned(server, sent)).status, 201);
    }
    const body = JSON.stringify({ object_parts: parts.map((_, part_number) => ({ part_number })) });
    const done = await sendSigned(server, { method: 'POST', target: `${target}?upload_id=${upload_id}`, body });
    assert.equal(done.status, 201);
    const signed = signQingStorHeaders(testKey, { method: 'GET', target }, Date.now());
    const answer = await fetch(`${server.url}${target}`, { headers: signed });
    await sendSigned(server, { method: 'PUT', target, body: 'after' });
    await sendSigned(server, { method: 'DELETE', target });
    await delay(100);
    assert.equal(md5Hex(Buffer.from(await answer.arrayBuffer())), md5Hex(Buffer.concat(parts)));
    await eventually(async () => {
      const left = await readdir(join(data, 'objects'), { recursive: true, withFileTypes: true });
      assert.deepEqual(
        left.filter((entry) => entry.isFile()),
        [],
      );
    });
  });

  test('no room on the disk: 503 in plain words, the old object whole, deleting still works', {
    skip: process.platform === 'win32' && 'needs ulimit',
  }, async (context) => {
    // Files may not grow beyond 2 MiB: to the program that is what a full disk is.
    const data = await temporaryDirectory(context);
    const running = await startProcess({ data }, "trap '' XFSZ; ulimit -f 4096;");
    context.after(async () => void running.child.kill('SIGKILL'));
    await sendSigned(running, { method: 'PUT', target: '/full-bucket' });
    assert.equal((await sendSigned(running, { method: 'PUT', target: '/full-bucket/k', body: 'before' })).status, 201);
    for (const size of [2_500_000, 6_000_000]) {
      const refused = await sendSigned(running, { method: 'PUT', target: '/full-bucket/k', body: pattern(size) });
      assert.equal(refused.status, 503);
      assert.match(String(refused.json().message), /no space left on the disk/);
    }
    assert.equal((await sendSigned(running, { method: 'GET', target: '/full-bucket/k' })).body.toString(), 'before');
    assert.deepEqual(await readdir(join(data, 'incoming')), []);
    assert.equal((await sendSigned(running, { method: 'DELETE', target: '/full-bucket/k' })).status, 204);
  });

  test('too many open files: each request is done or told to come back, and the server goes on', {
    skip: process.platform === 'win32' && 'needs ulimit',
  }, async (context) => {
    const data = await temporaryDirectory(context);
    const running = await startProcess({ data }, 'ulimit -n 60;');
    context.after(async () => void running.child.kill('SIGKILL'));
    await sendSigned(running, { method: 'PUT', target: '/busy-bucket' });
    const body = pattern(200_000);
    const put = async (index: number) => {
      const answer = await sendSigned(running, { method: 'PUT', target: `/busy-bucket/${index}`, body }).catch(
        () => null,
      );
      return answer?.status ?? 0;
    };
    const answers = await Promise.all(Array.from({ length: 120 }, (_, index) => put(index)));
    assert.ok(
      answers.every((status) => [0, 201, 503].includes(status)),
      answers.join(' '),
    );
    assert.ok(answers.some((status) => status === 201));
    await delay(300);
    for (const [index, status] of answers.entries()) {
      const got = await sendSigned(running, { method: 'GET', target: `/busy-bucket/${index}` });
      if (status === 201) assert.ok(got.body.equals(body), `${index}`);
      else assert.ok(got.status === 404 || got.body.equals(body), `${index}: ${got.status}`);
    }
  });

  test('two who complete, overwrite or append at once: one order, nothing lost', async (context) => {
    const server = await testServer(context);
    await sendSigned(server, { method: 'PUT', target: '/race-bucket' });
    const bodies = Array.from({ length: 20 }, (_, index) => pattern(50_000, index + 1));
    await Promise.all(bodies.map((body) => sendSigned(server, { method: 'PUT', target: '/race-bucket/k', body })));
    const got = await sendSigned(server, { method: 'GET', target: '/race-bucket/k' });
    assert.ok(bodies.some((body) => body.equals(got.body)));
    const stats = (await sendSigned(server, { method: 'GET', target: '/race-bucket?stats' })).json();
    assert.deepEqual([stats.count, stats.size], [1, 50_000]);
    const made = await Promise.all(
      Array.from({ length: 6 }, () => sendSigned(server, { method: 'PUT', target: '/same-bucket' })),
    );
    assert.deepEqual(made.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
    const appended = await Promise.all(
      Array.from({ length: 6 }, () =>
        sendSigned(server, { method: 'POST', target: '/race-bucket/log?append&position=0', body: 'once' }),
      ),
    );
    assert.equal(appended.filter(({ status }) => status === 200).length, 1);
  });
});
