import { pad, printable, width } from './width.ts';

export type Column<T> = readonly [title: string, value: (row: T) => string | number | null | undefined];

export interface Streams {
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

/** Results go to standard output, everything about the way there to standard error: `| jq` always works. */
export class Output {
  readonly json: boolean;
  readonly #streams: Streams;

  constructor(json: boolean, streams: Streams = process) {
    this.json = json;
    this.#streams = streams;
  }

  get isInteractive(): boolean {
    return !this.json && this.#streams.stderr.isTTY === true;
  }

  line(text: string): void {
    this.#streams.stdout.write(`${text}\n`);
  }

  note(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }

  /** One changing line, on a terminal only. */
  status(text: string): void {
    if (this.isInteractive) this.#streams.stderr.write(`\r\u001b[2K${text}`);
  }

  clearStatus(): void {
    this.status('');
  }

  data(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  /** A table, or with `--json` the rows as they are. */
  table<T>(rows: readonly T[], columns: readonly Column<T>[], empty: string): void {
    if (this.json) {
      this.data(rows);
      return;
    }
    if (rows.length === 0) {
      this.note(empty);
      return;
    }
    const cells = rows.map((row) => columns.map(([, value]) => printable(String(value(row) ?? '-'))));
    const widths = columns.map(([title], index) =>
      Math.max(width(title), ...cells.map((line) => width(line[index] ?? ''))),
    );
    const format = (line: readonly string[]) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0))
        .join('  ')
        .trimEnd();
    this.line(format(columns.map(([title]) => title)));
    for (const line of cells) this.line(format(line));
  }

  /** One thing as pairs, or with `--json` as it is. */
  record<T>(value: T, columns: readonly Column<T>[]): void {
    if (this.json) {
      this.data(value);
      return;
    }
    const longest = Math.max(...columns.map(([title]) => width(title)));
    for (const [title, read] of columns) this.line(`${pad(title, longest)}  ${printable(String(read(value) ?? '-'))}`);
  }
}
