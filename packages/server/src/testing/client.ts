import assert from 'node:assert/strict';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every route; assertions are their types
  body: any;
}

/** A client as a browser would be one: a cookie, JSON, nothing else. */
export class Client {
  readonly url: string;
  cookie: string | null = null;

  constructor(url: string) {
    this.url = url;
  }

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(
      new URL(path.startsWith('/api') || path.startsWith('/metrics') ? path : `/api/v1${path}`, this.url),
      {
        method,
        headers: {
          ...(this.cookie !== null && { cookie: this.cookie }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
    );
    const text = await response.text();
    const isJson =
      (response.headers.get('content-type') ?? '').includes('json') &&
      !response.headers.get('content-type')?.includes('ndjson');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.request('PATCH', path, body, headers);
  }

  delete(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.request('DELETE', path, undefined, headers);
  }

  async logIn(username: string, password: string): Promise<void> {
    const answer = await this.post('/sessions', { username, password });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    this.cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? null;
  }

  /** Asks again until the condition holds; fails with what was seen last. */
  async until(path: string, condition: (body: Answer['body']) => boolean, timeoutMs = 60_000): Promise<Answer['body']> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { body } = await this.get(path);
      if (condition(body)) return body;
      if (Date.now() > deadline)
        assert.fail(`${path} did not come to what was expected; last seen: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits for the end of an operation. */
  finished(operationId: string): Promise<Answer['body']> {
    return this.until(`/operations/${operationId}`, (body) => !['queued', 'running'].includes(body.state));
  }
}
