import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './exit.ts';

/** Everything on standard input, without the line feed at its end. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

/** Asks at the terminal; what is typed is not shown when `isSecret`. */
export async function ask(question: string, kind: 'open' | 'secret'): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandError(`There is no terminal to ask for: ${question.replace(/:\s*$/, '')}`, {
      hint: 'Give it by option or environment; see --help.',
    });
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = kind === 'secret' ? silent : process.stderr;
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  if (kind === 'secret') process.stderr.write(question);
  try {
    return await reader.question(kind === 'secret' ? '' : question);
  } finally {
    reader.close();
    if (kind === 'secret') process.stderr.write('\n');
  }
}
