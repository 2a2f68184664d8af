import { shellQuote } from './shell-quote.ts';

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/api/v1` on. */
  path: string;
  /** With its question mark; the scheme does not sign it. */
  query?: string;
  body?: unknown;
}

/**
 * A call of the API for a terminal. The key comes from the environment; only the signature, which is good for this one
 * call and a short time, goes over the pipe, and no secret is in an argument list.
 */
export function signedCall(origin: string, call: Call): string {
  const lines = [
    `sampan sign zstack --method ${call.method} --uri ${shellQuote(call.path)} |`,
    // Its output has the lines of ZStack's own scripts, the vendor's spelling included.
    "  sed -n '1s/^/Date: /p; s/^Authoration /Authorization: /p' |",
    `  curl -X ${call.method} -H @- ${shellQuote(origin + call.path + (call.query ?? ''))}`,
  ];
  if (call.body !== undefined) {
    lines[2] += ' \\';
    lines.push(`    -H 'Content-Type: application/json' -d ${shellQuote(JSON.stringify(call.body))}`);
  }
  return lines.join('\n');
}
