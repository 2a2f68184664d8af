import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import type { Bench, Measurement } from './bench.ts';

const FOLDER = path.resolve(import.meta.dirname, '..');
const all = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are: ${all.join(', ')}\n`);
  process.exit(2);
}

function verdict({ ratio, atMost, atLeast }: Measurement): boolean {
  return (atMost === undefined || ratio <= atMost) && (atLeast === undefined || ratio >= atLeast);
}

function row(measurement: Measurement): string[] {
  const { what, measured, against, ratio, spread } = measurement;
  const range = spread ? `${spread[0].toFixed(2)}–${spread[1].toFixed(2)}` : '';
  return [what, measured, against, ratio.toFixed(2), range, verdict(measurement) ? 'yes' : 'NO'];
}

function print(rows: readonly string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((each) => (each[column] ?? '').length)));
  for (const each of rows)
    console.log(
      each
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}\n`,
);
let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  const { bench } = (await import(path.join(FOLDER, `${name}.ts`))) as { bench: Bench };
  console.log(`${name}: ${bench.question}`);
  const measurements = await bench.run();
  failed += measurements.filter((measurement) => !verdict(measurement)).length;
  print([['WHAT', 'MEASURED', 'AGAINST', 'RATIO', 'SPREAD', 'MET'], ...measurements.map(row)]);
  console.log('');
}
process.exit(failed > 0 ? 1 : 0);
