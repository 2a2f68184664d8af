import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { SampanError } from '@sampan/driver';
import { temporaryFolder } from '../testing.ts';
import type { GatewayStorage } from './messages.ts';
import { prepareProcess, takeProcess } from './process.ts';
import { startGateway } from './start.ts';

const MODULE = pathToFileURL(path.join(import.meta.dirname, 'process.ts')).href;

function storageIn(folder: string): GatewayStorage {
  return {
    ...{ type: 'local', options: { folder }, bucket: null, prefix: '', forbiddenNetworks: [] },
    limits: { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency: null },
  };
}

async function children(): Promise<number[]> {
  const text = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await isSo()) return;
    await sleep(50);
  }
  assert.fail(`never: ${what}`);
}

test('a process that nobody wants ends, and one that died is not given', async () => {
  prepareProcess(null, 'local', 300);
  const [kept] = await children();
  assert.ok(kept);
  await until('none is left', async () => !(await children()).includes(kept));
  prepareProcess(null, 'local');
  const [dead] = (await children()).filter((pid) => pid !== kept);
  assert.ok(dead);
  process.kill(dead, 'SIGKILL');
  await until('it is gone', async () => !(await children()).includes(dead));
  const taken = takeProcess(null);
  assert.notEqual(taken.pid, dead);
  taken.stdin.end();
  await once(taken, 'close');
});

test('it does not keep whoever prepared it from ending, and ends with that one', async () => {
  const script = `const { prepareProcess } = await import(${JSON.stringify(MODULE)});
prepareProcess(null, 'local');
const { readFileSync } = await import('node:fs');
console.log(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim());`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.on('data', (piece) => {
    said += piece;
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  const pid = Number(said.trim());
  assert.ok(pid > 0, said);
  await until('it ended too', async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
    return /State:\tZ/.test(status);
  });
});

test('where no process can be started, preparing one changes nothing, and whoever wants one is told', async () => {
  const script = `const { prepareProcess, takeProcess } = await import(${JSON.stringify(MODULE)});
const { openSync } = await import('node:fs');
try { for (;;) openSync('/dev/null'); } catch (error) { console.log(error.code); }
prepareProcess(null, 'local');
try { takeProcess(null); } catch (error) { console.log(error.code); }
setTimeout(() => console.log('still here'), 100);`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const child = spawn('sh', ['-c', 'ulimit -n 100; exec "$@"', 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await text(child.stdout);
  assert.equal(said, 'EMFILE\ngateway_failed\nstill here\n');
});

// The last, since it leaves a process that is ready behind.
test('the process of the next gateway is there before it is wanted, and is another one', async (context) => {
  const storage = storageIn(await temporaryFolder(context));
  const first = await startGateway({ storage });
  await until('a second process', async () => (await children()).some((pid) => pid !== first.pid));
  const ready = (await children()).find((pid) => pid !== first.pid);
  await first.close();
  const second = await startGateway({ storage });
  assert.equal(second.pid, ready);
  const answer = await fetch(second.repository.replace(/^rest:/, '').replace(/\/\/.*@/, '//'));
  assert.equal(answer.status, 401, 'it serves, and nobody without its password');
  await second.close();
});

test('a storage that cannot be begun with is told with its reason and what to do', async () => {
  const storage = { ...storageIn('/'), type: 'qingstor', options: { environmentAuth: true, bucket: 'bucket' } };
  const wanting = startGateway({ storage: { ...storage, environment: { variables: {}, homeFolder: '/nowhere' } } });
  await assert.rejects(wanting, (error: SampanError) => {
    assert.match(error.message, /no QingStor keys/);
    assert.match(error.hint ?? '', /QINGSTOR_ACCESS_KEY_ID/);
    return true;
  });
});

test('limits that change hold for requests from then on, over the same connections', async (context) => {
  let [now, most, connections] = [0, 0, 0];
  const cloud = createServer(async (_, response) => {
    now += 1;
    most = Math.max(most, now);
    await sleep(20);
    now -= 1;
    response.writeHead(200, { etag: '"e"', 'content-length': 1, 'last-modified': new Date(0).toUTCString() }).end('x');
  });
  cloud.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;
  const options = { endpoint, accessKeyId: 'QSKEYOFATEST00000001', secretAccessKey: 'secret', bucket: 'bucket' };
  const limited = (concurrency: number | null): GatewayStorage => ({
    ...{ type: 'qingstor', options, bucket: null, prefix: '', forbiddenNetworks: [] },
    limits: { uploadBytesPerSecond: null, downloadBytesPerSecond: null, concurrency },
  });
  const gateway = await startGateway({ storage: limited(1) });
  context.after(async () => {
    await gateway.close();
    cloud.close();
  });
  const { username, password, origin, pathname } = new URL(gateway.repository.replace(/^rest:/, ''));
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const eightAtOnce = async () => {
    most = 0;
    const names = Array.from({ length: 8 }, (_, index) => String(index).repeat(64));
    const answers = await Promise.all(
      names.map((name) => fetch(`${origin}${pathname}data/${name}`, { headers: { authorization } })),
    );
    assert.deepEqual(await Promise.all(answers.map((answer) => answer.text())), Array(8).fill('x'));
    return most;
  };
  assert.equal(await eightAtOnce(), 1);
  gateway.update(limited(null));
  // An order is read in its own time.
  await until('more at once', async () => (await eightAtOnce()) > 1);
  const opened = connections;
  gateway.update(limited(2));
  await until('two at once', async () => (await eightAtOnce()) === 2);
  assert.ok(connections - opened < 2, 'another driver would need two of its own');
});
