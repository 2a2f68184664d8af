import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type RpcParameters, readRpcParameters } from '@sampan/accesskey';
import { regionList } from './actions/catalogue.ts';
import { actionNames, actions } from './actions/index.ts';
import { ApiError } from './errors.ts';
import { createFaults, type Faults, parseFault } from './faults.ts';
import { type Gate, performCall } from './gate.ts';
import { markAnswer, readBody, sendError, sendHtml, sendJson, sendTruncated } from './http.ts';
import type { QingzhouSimulatorOptions, SimulatedKey } from './options.ts';
import { pseudoRandom } from './pseudo-random.ts';
import { type Journal, openState } from './state.ts';
import { createThrottle } from './throttle.ts';

export interface QingzhouSimulator {
  /** E.g. `http://127.0.0.1:7410`. */
  url: string;
  port: number;
  /** What was called and what was done, since the state was made. */
  journal(): Journal;
  /** Replaces all faults. Throws `TypeError` for one that is not understood. */
  setFaults(faults: readonly string[]): void;
  /** Puts an instance into any state, also one that no cloud has. */
  setStatus(instanceId: string, status: string): void;
  /** Makes an instance vanish. */
  removeInstance(instanceId: string): void;
  /** Ends all connections and the server; a second call waits for the same end. */
  close(): Promise<void>;
}

/** 10 to 30 s, always the same for the same instance. */
function usualTransitionMs(instanceId: string): number {
  return 10_000 + (createHash('sha256').update(instanceId).digest().readUInt32BE() % 20_001);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** Starts a simulated Qingzhou Cloud and resolves when it takes requests. */
export async function startQingzhouSimulator(options: QingzhouSimulatorOptions): Promise<QingzhouSimulator> {
  const now = options.now ?? Date.now;
  const readFaults = (texts: readonly string[]): Faults =>
    createFaults(
      texts.map((text) => parseFault(text, actionNames)),
      pseudoRandom(20_260_601),
    );
  let faults = readFaults(options.faults ?? []);
  const keys = new Map<string, SimulatedKey>();
  for (const key of [...(options.keys ?? []), options]) keys.set(key.accessKeyId, key);
  keys.set(options.accessKeyId, { accessKeyId: options.accessKeyId, accessKeySecret: options.accessKeySecret });
  const perSecond = options.requestsPerSecond ?? 20;
  const state = openState(options.statePath, options.instances ?? 24, now());
  const gate: Gate = {
    keys,
    state,
    faults: () => faults,
    throttle: createThrottle(perSecond, options.burst ?? 2 * perSecond),
    transitionMs: (id) => options.transitionMs ?? usualTransitionMs(id),
  };

  async function answerCall(
    request: IncomingMessage,
    response: ServerResponse,
    parameters: RpcParameters,
    requestId: string,
  ): Promise<void> {
    const action = actions.has(parameters.Action ?? '') ? (parameters.Action ?? '') : 'unknown';
    const wait = (options.latencyMs ?? 0) + (faults.strike('slow', action)?.milliseconds ?? 0);
    if (wait > 0) await delay(wait);
    if (response.destroyed) return;
    if (faults.strike('drop-before', action)) return void response.destroy();
    if (faults.strike('html', action)) return sendHtml(response);
    const outcome = state.transaction((): Record<string, unknown> | ApiError => {
      let result: Record<string, unknown> | ApiError;
      try {
        const call = { method: request.method ?? '', parameters, address: addressOf(request) };
        result = performCall(gate, call, now());
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // A refusal is kept as well: its nonce is used up.
        result = error;
      }
      state.recordCall(action, result instanceof ApiError ? result.code : 'OK');
      return result;
    });
    if (outcome instanceof ApiError) return sendError(response, requestId, outcome);
    if (faults.strike('drop-after', action)) return void response.destroy();
    const body = { RequestId: requestId, ...outcome };
    if (faults.strike('truncate', action)) return sendTruncated(response, body);
    sendJson(response, 200, body);
  }

  async function answerControl(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (!isLoopback(addressOf(request))) throw new ApiError('IpNotAllowed', 'Only for programs on the same machine.');
    if (path === '/_simulator/healthz') return sendJson(response, 200, { status: 'ok' });
    if (path === '/_simulator/calls') return sendJson(response, 200, state.journal());
    if (path === '/_simulator/faults' && request.method === 'PUT') {
      const list: unknown = JSON.parse(await readBody(request));
      if (!Array.isArray(list)) throw new TypeError('Send a JSON array of faults.');
      faults = readFaults(list.map(String));
      return sendJson(response, 200, { faults: list });
    }
    throw new ApiError('InvalidPath.NotFound', 'There is healthz, calls, and PUT faults.');
  }

  async function answer(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    markAnswer(response, now() + faults.skewMs());
    if (path.startsWith('/_simulator/')) return answerControl(request, response, path);
    const body = await readBody(request);
    const form = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '') ? body : '';
    const read = readRpcParameters(mark < 0 ? '' : target.slice(mark + 1), form);
    if (!read.ok) throw new ApiError('InvalidParameter', 'A parameter is malformed or is given twice.');
    if (read.parameters.Action !== undefined) return answerCall(request, response, read.parameters, requestId);
    if (path === '/v1/regions') {
      if (faults.strike('html', 'unknown')) return sendHtml(response);
      return sendJson(response, 200, { RequestId: requestId, Regions: regionList() });
    }
    if (request.method === 'HEAD' && path === '/') return sendJson(response, 200, {});
    if (path === '/') throw new ApiError('MissingParameter', 'The parameter Action is needed for this call.');
    throw new ApiError('InvalidPath.NotFound', `There is nothing at this path.`);
  }

  const server = createServer((request, response) => {
    const requestId = randomUUID().toUpperCase();
    answer(request, response, requestId).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      if (error instanceof ApiError) return sendError(response, requestId, error);
      if (error instanceof TypeError || error instanceof SyntaxError) {
        return sendJson(response, 400, { RequestId: requestId, Code: 'InvalidParameter', Message: error.message });
      }
      sendError(response, requestId, new ApiError('InternalError', 'The simulator itself failed.'));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    state.close();
    throw error;
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const host = options.host ?? '127.0.0.1';
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    journal: () => state.journal(),
    setFaults(texts) {
      faults = readFaults(texts);
    },
    setStatus: (id, status) => state.move(id, status, null, null),
    removeInstance: (id) => state.remove(id),
    close() {
      closing ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }).then(() => state.close());
      return closing;
    },
  };
}
