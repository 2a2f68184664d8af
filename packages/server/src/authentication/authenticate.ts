import { contentSha256, readZStackRequest, verifyZStackSignature, type ZStackRefusal } from '@sampan/accesskey';
import { SampanError } from '@sampan/driver';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessKeyService } from '../access-keys/service.ts';
import { plainAddress } from '../platform/addresses.ts';
import type { Actor } from '../policy/actor.ts';
import { SESSION_COOKIE, type SessionService } from '../sessions/service.ts';
import type { UserService } from '../users/service.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on public routes without credentials. */
    actor: Actor | null;
    /** The body's bytes as received; null when there was no body. */
    rawBody: Buffer | null;
    /** SHA-256 that a signed request promised for its body; checked once the body is there. */
    promisedContentSha256: string | null;
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Stands in for the secret of an unknown key, so that the answer takes as long. */
const NO_SECRET = 'x'.repeat(40);

const REFUSALS: Readonly<Record<ZStackRefusal, { code: string; message: string; hint: string }>> = {
  missing_authorization: {
    code: 'not_signed_in',
    message: 'The header Authorization is missing.',
    hint: 'Log in, or sign the request with an AccessKey.',
  },
  wrong_scheme: {
    code: 'invalid_signature',
    message: 'The header Authorization does not have the scheme ZStack.',
    hint: 'Send: Authorization: ZStack <AccessKey ID>:<signature>',
  },
  malformed_authorization: {
    code: 'invalid_signature',
    message: 'The header Authorization is malformed.',
    hint: 'Send: Authorization: ZStack <AccessKey ID>:<base64 signature>',
  },
  repeated_header: {
    code: 'invalid_signature',
    message: 'A header that the signature depends on occurs more than once.',
    hint: 'Send each of them once.',
  },
  missing_date: {
    code: 'invalid_signature',
    message: 'The header Date is missing.',
    hint: 'Send the very text that was signed, e.g. Fri, 06 Aug 2021 17:58:34 GMT',
  },
  bad_date: {
    code: 'invalid_signature',
    message: 'The header Date does not have the form EEE, dd MMM yyyy HH:mm:ss zzz.',
    hint: 'Send e.g. Fri, 06 Aug 2021 17:58:34 GMT',
  },
  clock_skew: {
    code: 'clock_skew',
    message: 'The header Date differs from the clock of this server by more than 15 minutes.',
    hint: 'Set the clock of the calling machine (NTP), and its time zone.',
  },
  bad_request_line: {
    code: 'invalid_signature',
    message: 'The request line cannot be signed.',
    hint: 'Send a plain path without control characters.',
  },
  bad_content_hash: {
    code: 'invalid_signature',
    message: 'X-Sampan-Content-SHA256 is not 64 lower-case hex characters.',
    hint: 'Send the hex SHA-256 of the body.',
  },
  unknown_access_key: {
    code: 'unknown_access_key',
    message: 'There is no such AccessKey.',
    hint: 'Check the AccessKey ID.',
  },
  wrong_signature: { code: 'invalid_signature', message: 'The signature is wrong.', hint: '' },
};

function refusal(reason: ZStackRefusal): SampanError {
  const { code, message, hint } = REFUSALS[reason];
  return new SampanError(code, message, { hint });
}

function wrongSignature(request: FastifyRequest, path: string, extended: boolean): SampanError {
  const lines = extended ? 'METHOD, Date, path, query, X-Sampan-Content-SHA256, Idempotency-Key' : 'METHOD, Date, path';
  return new SampanError('invalid_signature', 'The signature is wrong.', {
    hint: `Sign these lines joined by line feeds: ${lines} (here ${request.method}, the Date header to the letter, ${path}), and check that the secret has no blank at its end.`,
    parameters: { method: request.method, path },
  });
}

/** The body is not the one that the signature covers. */
export function wrongBody(): SampanError {
  return new SampanError('invalid_signature', 'The body is not the one that was signed.', {
    hint: 'X-Sampan-Content-SHA256 must be the hex SHA-256 of the bytes of the body.',
  });
}

/** A browser sends these by itself; a page of another site cannot forge them. */
function isSameSite(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === (request.host || host);
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Puts `request.actor` on each request: from the session cookie or from a signature in ZStack's scheme. */
export class Authentication {
  readonly #users: UserService;
  readonly #sessions: SessionService;
  readonly #accessKeys: AccessKeyService;

  constructor(parts: { users: UserService; sessions: SessionService; accessKeys: AccessKeyService }) {
    this.#users = parts.users;
    this.#sessions = parts.sessions;
    this.#accessKeys = parts.accessKeys;
  }

  add(app: FastifyInstance): void {
    app.decorateRequest('actor', null);
    app.decorateRequest('rawBody', null);
    app.decorateRequest('promisedContentSha256', null);
    app.addHook('preValidation', async (request) => this.#checkBody(request));
  }

  /** @throws SampanError when credentials are given and wrong; answers null when there are none. */
  async authenticate(request: FastifyRequest): Promise<Actor | null> {
    if (request.headers.authorization !== undefined) return this.#bySignature(request);
    const token = request.cookies[SESSION_COOKIE];
    if (token === undefined) return null;
    const found = await this.#sessions.find(token, Date.now());
    if (!found) return null;
    if (!SAFE_METHODS.has(request.method) && !isSameSite(request)) {
      throw new SampanError('cross_site_request', 'The request came from a page of another site.', {
        hint: 'Open Sampan at the address in SAMPAN_PUBLIC_URL, and let the proxy pass the Host header.',
      });
    }
    const { session, user } = found;
    return {
      kind: 'user',
      id: user.id,
      name: user.username,
      role: user.role,
      sessionId: session.id,
      address: plainAddress(request.ip),
    };
  }

  async #bySignature(request: FastifyRequest): Promise<Actor> {
    const now = Date.now();
    const target = request.raw.url ?? '';
    const read = readZStackRequest({ method: request.method, target, headers: request.raw.headersDistinct }, now);
    if (!read.ok) throw refusal(read.reason);
    // Our paths need no escapes: an escaped one is another spelling of the same signed path.
    if (read.contentSha256 === null && target.split('?')[0]?.includes('%')) throw refusal('bad_request_line');
    const key = await this.#accessKeys.findUsable(read.accessKeyId);
    const isRight = verifyZStackSignature(read.parts, key?.secret ?? NO_SECRET, read.signature);
    if (!key) {
      throw new SampanError('unknown_access_key', `There is no AccessKey ${read.accessKeyId}.`, {
        hint: 'Check the AccessKey ID; it may have been deleted.',
        parameters: { accessKeyId: read.accessKeyId },
      });
    }
    if (!isRight) throw wrongSignature(request, read.parts.path, read.contentSha256 !== null);
    const address = plainAddress(request.ip);
    key.demandUsableFrom(address, now);
    const user = await this.#users.findActive(key.userId);
    if (!user)
      throw new SampanError('access_key_disabled', 'The user of this AccessKey is disabled.', {
        hint: 'Ask an administrator.',
      });
    await this.#accessKeys.touch(key.id, address, now);
    request.promisedContentSha256 = read.contentSha256;
    return {
      kind: 'access_key',
      id: key.id,
      accessKeyId: key.accessKeyId,
      userId: user.id,
      name: user.username,
      role: user.role,
      scopes: key.scopes,
      address,
    };
  }

  #checkBody(request: FastifyRequest): void {
    const promised = request.promisedContentSha256;
    // A body that is passed on as it comes is checked by who reads it: what does not fit is then not stored.
    if (promised === null || request.routeOptions.config.streamsBody) return;
    if (contentSha256(request.rawBody ?? Buffer.alloc(0)) !== promised) throw wrongBody();
  }
}
