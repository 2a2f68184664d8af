import { setTimeout as delay } from 'node:timers/promises';
import { encodeRpcParameters, formatRpcTimestamp, type QingzhouSignatureMethod, signQingzhou } from '@sampan/accesskey';
import { type JsonRecord, readAnswer } from './answer.ts';
import { createChangeLedger } from './change-ledger.ts';
import { createCloudClock } from './clock.ts';
import { QingzhouError } from './error.ts';
import { changeNonce, freshNonce } from './nonce.ts';
import type { QingzhouProfile } from './profile.ts';
import { openapiProfile } from './profiles/index.ts';
import { createRateLimit, type Sleep } from './rate-limit.ts';
import { LONGEST_RETRY_AFTER_MS, pauseAfter } from './retry.ts';
import { sendOnce } from './wire.ts';

/** The vendor forgets nonces and refuses time stamps after 15 minutes; one minute is left for the way and the clocks. */
export const CHANGE_LIFETIME_MS = 14 * 60_000;

export type QingzhouParameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Names one wish to change something, over every attempt to send it, also after a crash. */
export interface QingzhouChange {
  /** Unique to the wish; the nonce is derived from it. */
  requestId: string;
  /** When the wish was first written down, milliseconds since 1970 UTC on our clock; becomes the time stamp. */
  issuedAt: number;
}

export interface QingzhouClientOptions {
  /** E.g. `https://api.qingzhou.cn`; a path is kept. */
  endpoint: string;
  accessKeyId: string;
  accessKeySecret: string;
  /** Sent with every call when given. */
  regionId?: string | undefined;
  profile?: QingzhouProfile | undefined;
  /** Instead of the profile's. */
  signatureMethod?: QingzhouSignatureMethod | undefined;
  /** Own limit; 20 a second with bursts of 40 when not said, as the vendor allows. */
  requestsPerSecond?: number | undefined;
  burst?: number | undefined;
  /** Of one attempt, milliseconds; 15 s when not said. */
  timeoutMs?: number | undefined;
  /** Attempts of one call in all; 5 when not said. */
  maximumAttempts?: number | undefined;
  fetch?: typeof globalThis.fetch;
  now?: () => number;
  sleep?: Sleep;
  /** Between 0 and 1, for the jitter. */
  random?: () => number;
}

export interface CallOptions {
  signal: AbortSignal;
  /** GET for actions that read and POST for the rest, when not said. */
  method?: 'GET' | 'POST';
  /** Makes the call one attempt with exactly this nonce. */
  nonce?: string;
  /** With `nonce`: the time stamp, milliseconds since 1970 UTC, not corrected. */
  timestamp?: number;
}

export interface QingzhouClient {
  readonly profile: QingzhouProfile;
  readonly regionId: string | undefined;
  /** Calls any action. Reads are repeated after failures that may pass; other actions are sent once: see `change`. */
  call(action: string, parameters: QingzhouParameters, options: CallOptions): Promise<JsonRecord>;
  /**
   * Sends a changing action so that it is performed at most once, however often this is called with the same change.
   * `already_received`: the vendor has seen this wish before; the resource shows whether it was accepted.
   * Refused with `request_expired` 14 minutes after `issuedAt`.
   */
  change(
    action: string,
    parameters: QingzhouParameters,
    change: QingzhouChange,
    signal: AbortSignal,
  ): Promise<'accepted' | 'already_received'>;
  /** The regions as answered without a signature: whether the endpoint is reached and is the API. Two attempts. */
  probe(signal: AbortSignal): Promise<JsonRecord>;
  /** The cloud's clock minus ours, milliseconds; null until an answer was seen. */
  skewMs(): number | null;
  /** Whether the other side says that it is a simulator; null until an answer was seen. */
  isSimulated(): boolean | null;
}

function baseAddress(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const plain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  if (!url || !plain) {
    throw new QingzhouError('invalid_parameter', 'The endpoint must be an address such as https://api.qingzhou.cn');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function texts(parameters: QingzhouParameters): Record<string, string> {
  const entries = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function isRead(action: string): boolean {
  return /^(?:Describe|Get|List)/.test(action);
}

/** A client of one account and endpoint. Holds no connection of its own; nothing to close. */
export function createQingzhouClient(options: QingzhouClientOptions): QingzhouClient {
  const profile = options.profile ?? openapiProfile;
  const base = baseAddress(options.endpoint);
  const send = options.fetch ?? globalThis.fetch;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const maximumAttempts = options.maximumAttempts ?? 5;
  const timeoutMs = options.timeoutMs ?? 15_000;
  const given: Sleep = options.sleep ?? ((milliseconds, signal) => delay(milliseconds, undefined, { signal }));
  const sleep: Sleep = async (milliseconds, signal) => {
    try {
      await given(milliseconds, signal);
    } catch (error) {
      if (signal.aborted) throw new QingzhouError('cancelled', 'The call was cancelled while it waited.');
      throw error;
    }
  };
  const perSecond = options.requestsPerSecond ?? 20;
  const limit = createRateLimit(perSecond, options.burst ?? 2 * perSecond, now, sleep);
  const clock = createCloudClock();
  const ledger = createChangeLedger(now());
  let simulated: boolean | null = null;

  async function exchange(
    action: string,
    request: { path: string; query: string; form?: string; secrets: readonly string[] },
    signal: AbortSignal,
  ): Promise<JsonRecord> {
    await limit.take(signal);
    const sentAt = now();
    const raw = await sendOnce(send, {
      action,
      url: `${base}${request.path}${request.query && `?${request.query}`}`,
      method: request.form === undefined ? 'GET' : 'POST',
      ...(request.form !== undefined && { form: request.form }),
      timeoutMs,
      signal,
    });
    clock.observe(raw.headers, sentAt, now());
    simulated = raw.headers.has('x-sampan-simulator');
    return readAnswer(profile, action, raw, request.secrets);
  }

  function attempt(
    action: string,
    parameters: QingzhouParameters,
    how: { method: 'GET' | 'POST'; nonce: string; timestamp: number; signal: AbortSignal },
  ): Promise<JsonRecord> {
    const own = texts(parameters);
    const all: Record<string, string> = {
      ...(options.regionId !== undefined && { [profile.regionParameter]: options.regionId }),
      ...own,
      Action: action,
      Version: profile.version,
      Format: 'JSON',
      AccessKeyId: options.accessKeyId,
      SignatureMethod: options.signatureMethod ?? profile.signatureMethod,
      SignatureVersion: '1.0',
      SignatureNonce: how.nonce,
      Timestamp: formatRpcTimestamp(how.timestamp),
    };
    const signature = signQingzhou(how.method, all, options.accessKeySecret);
    const encoded = encodeRpcParameters({ ...all, Signature: signature });
    const sensitive = Object.entries(own).filter(([name]) => /password|secret|userdata|token/i.test(name));
    const secrets = [options.accessKeySecret, signature, ...sensitive.map(([, value]) => value)];
    const post = how.method === 'POST';
    return exchange(
      action,
      { path: profile.path, query: post ? '' : encoded, secrets, ...(post && { form: encoded }) },
      how.signal,
    );
  }

  /** Repeats `once` while it may help; `again` says so for one failure and may take note of it. */
  async function persist<Result>(
    once: () => Promise<Result>,
    again: (error: QingzhouError) => boolean,
    signal: AbortSignal,
    attempts = maximumAttempts,
  ): Promise<Result> {
    for (let count = 1; ; count += 1) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof QingzhouError) || !again(error) || count >= attempts) throw error;
        if ((error.retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) throw error;
        await sleep(pauseAfter(count, error.retryAfterMs, random), signal);
      }
    }
  }

  /** A refused time stamp is worth one more try once the answer's own clock has been learned from. */
  function clockCorrection(): (error: QingzhouError) => boolean {
    let tried = false;
    return (error) => {
      if (error.code !== 'clock_skew' || tried || clock.corrected(0) === 0) return false;
      tried = true;
      return true;
    };
  }

  return {
    profile,
    regionId: options.regionId,
    skewMs: () => clock.skewMs(),
    isSimulated: () => simulated,

    async call(action, parameters, { signal, method = isRead(action) ? 'GET' : 'POST', nonce, timestamp }) {
      const learn = clockCorrection();
      const once = () =>
        attempt(action, parameters, {
          method,
          nonce: nonce ?? freshNonce(),
          timestamp: timestamp ?? clock.corrected(now()),
          signal,
        });
      if (nonce !== undefined || !isRead(action)) return once();
      return persist(once, (error) => error.retryable || error.code === 'nonce_used' || learn(error), signal);
    },

    async change(action, parameters, change, signal) {
      const learn = clockCorrection();
      const once = async (): Promise<'accepted'> => {
        if (now() - change.issuedAt > CHANGE_LIFETIME_MS) {
          throw new QingzhouError(
            'request_expired',
            `${action} was asked for more than 14 minutes ago and can no longer be sent safely; ask for it anew.`,
            { action },
          );
        }
        await attempt(action, parameters, {
          method: 'POST',
          nonce: changeNonce(change.requestId, ledger.refusals(change.requestId)),
          timestamp: clock.corrected(change.issuedAt),
          signal,
        });
        return 'accepted';
      };
      try {
        return await persist(
          once,
          (error) => {
            ledger.note(change, error);
            return error.retryable || learn(error);
          },
          signal,
        );
      } catch (error) {
        if (error instanceof QingzhouError && error.code === 'nonce_used') return 'already_received';
        throw error;
      }
    },

    async probe(signal) {
      const path = profile.publicRegionsPath;
      if (path === null) return this.call(profile.regions.action, {}, { signal });
      const once = () => exchange(`GET ${path}`, { path, query: '', secrets: [options.accessKeySecret] }, signal);
      // Two: a connection that was kept from an earlier call may have been closed meanwhile.
      return persist(once, (error) => error.retryable, signal, 2);
    },
  };
}
