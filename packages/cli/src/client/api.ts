import { randomUUID } from 'node:crypto';
import { contentSha256, formatZStackDate, signZStackHeaders } from '@sampan/accesskey';
import { CommandError, EXIT } from '../exit.ts';
import type { Profile } from './profile.ts';

export interface Problem {
  status: number;
  code: string;
  detail: string;
  hint?: string;
  fields?: { field: string; message: string }[];
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  return parameters.toString();
}

/** What the server says is wrong; null when it is not Sampan that answers. */
export async function readProblem(response: Response): Promise<Problem | null> {
  const isProblem = (response.headers.get('content-type') ?? '').includes('json');
  const problem = isProblem ? ((await response.json()) as Problem) : null;
  return problem?.code ? problem : null;
}

export async function toCommandError(response: Response): Promise<CommandError> {
  const problem = await readProblem(response);
  if (!problem) {
    return new CommandError(`The server answered ${response.status}, and not as Sampan does.`, {
      exitCode: EXIT.failed,
      hint: 'Check SAMPAN_URL: something else may be listening there.',
    });
  }
  const fields = (problem.fields ?? []).map(({ field, message }) => `\n  ${field}: ${message}`).join('');
  const isDenied = response.status === 401 || response.status === 403;
  return new CommandError(fields ? `The request is not valid:${fields}` : problem.detail, {
    exitCode: isDenied ? EXIT.denied : EXIT.failed,
    hint: problem.hint,
    problem,
  });
}

function unreachable(url: string, error: unknown): CommandError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason =
    cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
  return new CommandError(`${url} was not reached: ${reason}`, {
    exitCode: EXIT.unreachable,
    hint: 'Is the server running, and is the address right? It is set by SAMPAN_URL or `sampan login --url`.',
  });
}

/** A request without credentials or with a cookie, for logging in. */
export async function plainRequest(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw unreachable(new URL(url).origin, error);
  }
}

/** The server's API, each request signed with the AccessKey: method, date, path, query, body and idempotency key. */
export class Api {
  readonly #profile: Profile;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  get url(): string {
    return this.#profile.url;
  }

  async #send(
    method: string,
    path: string,
    query: Query,
    body: unknown,
    more: Record<string, string>,
  ): Promise<Response> {
    const target = new URL(`/api/v1${path}`, this.#profile.url);
    const search = queryText(query);
    target.search = search;
    const text = body === undefined ? '' : JSON.stringify(body);
    const idempotencyKey = method === 'POST' ? randomUUID() : '';
    const signed = signZStackHeaders(this.#profile, {
      method,
      date: formatZStackDate(Date.now()),
      path: target.pathname,
      extended: { query: target.search.slice(1), contentSha256: contentSha256(text), idempotencyKey },
    });
    const init = {
      method,
      headers: { ...signed, ...more, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: text }),
    };
    const response = await plainRequest(target.href, init);
    if (!response.ok) throw await toCommandError(response);
    return response;
  }

  /**
   * A request whose bodies are streams; the answer as it came, whatever its status. The signature covers method, path and
   * query, and the body where its SHA-256 is known beforehand.
   */
  async stream(
    method: 'GET' | 'PUT',
    path: string,
    query: Query,
    more: {
      headers?: Record<string, string>;
      body?: Uint8Array | ReadableStream<Uint8Array>;
      sha256?: string;
      signal?: AbortSignal | undefined;
    } = {},
  ): Promise<Response> {
    const target = new URL(`/api/v1${path}`, this.#profile.url);
    target.search = queryText(query);
    const isSigned = more.body === undefined || more.sha256 !== undefined;
    const signed = signZStackHeaders(this.#profile, {
      method,
      date: formatZStackDate(Date.now()),
      path: target.pathname,
      ...(isSigned && {
        extended: {
          query: target.search.slice(1),
          contentSha256: more.sha256 ?? contentSha256(''),
          idempotencyKey: '',
        },
      }),
    });
    const init = {
      method,
      headers: { ...signed, ...more.headers },
      ...(more.body !== undefined && { body: more.body as RequestInit['body'], duplex: 'half' as const }),
      ...(more.signal && { signal: more.signal }),
    };
    return plainRequest(target.href, init);
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return (await (await this.#send('GET', path, query, undefined, {})).json()) as T;
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return (await (await this.#send('POST', path, {}, body, {})).json()) as T;
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return (await (await this.#send('PATCH', path, {}, body, {})).json()) as T;
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return (await (await this.#send('PUT', path, {}, body, {})).json()) as T;
  }

  async delete(path: string, query: Query = {}): Promise<void> {
    await this.#send('DELETE', path, query, undefined, {});
  }

  /** A deletion that takes its time: what is answered. */
  async remove<T>(path: string): Promise<T> {
    return (await (await this.#send('DELETE', path, {}, undefined, {})).json()) as T;
  }

  /** Lines of an NDJSON answer as they arrive. */
  async *lines<T>(path: string, body: unknown): AsyncGenerator<T> {
    const response = await this.#send('POST', path, {}, body, {});
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line !== '') yield JSON.parse(line) as T;
    }
    if (rest !== '') yield JSON.parse(rest) as T;
  }

  /** Every item of a list, page after page, at most `limit`. */
  async *items<T>(path: string, query: Query, limit: number): AsyncGenerator<T> {
    let cursor: string | undefined;
    let left = limit;
    do {
      const page = await this.get<{ items: T[]; nextCursor: string | null }>(path, {
        ...query,
        limit: Math.min(left, 200),
        cursor,
      });
      yield* page.items;
      left -= page.items.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && left > 0);
  }
}
