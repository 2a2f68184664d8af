export type DeepTestLine =
  | {
      kind: 'latency';
      request: 'write' | 'read' | 'head' | 'list' | 'delete';
      medianMs: number;
      p95Ms: number;
      samples: number;
    }
  | {
      kind: 'throughput';
      direction: 'upload' | 'download';
      concurrency: number;
      objectBytes: number;
      bytesPerSecond: number;
      objectsPerSecond: number;
    }
  | { kind: 'support'; capability: string; isThere: boolean }
  | { kind: 'error'; code: string; message: string; hint: string | null }
  | {
      kind: 'result';
      chunkSize: number | null;
      uploadConcurrency: number | null;
      uploadBytesPerSecond: number | null;
      downloadBytesPerSecond: number | null;
      durationMs: number;
    };

type LineOf<K extends DeepTestLine['kind']> = Extract<DeepTestLine, { kind: K }>;

/** What is known so far of a deep test, in the shape in which it is shown. */
export interface DeepTestReport {
  latencies: LineOf<'latency'>[];
  /** One row per number of requests at once. */
  throughput: { concurrency: number; upload: number | null; download: number | null }[];
  supports: LineOf<'support'>[];
  error: LineOf<'error'> | null;
  result: LineOf<'result'> | null;
}

export function deepTestReport(lines: readonly DeepTestLine[]): DeepTestReport {
  const report: DeepTestReport = { latencies: [], throughput: [], supports: [], error: null, result: null };
  for (const line of lines) {
    if (line.kind === 'latency') report.latencies.push(line);
    else if (line.kind === 'support') report.supports.push(line);
    else if (line.kind === 'error') report.error = line;
    else if (line.kind === 'result') report.result = line;
    else if (line.kind === 'throughput') {
      let row = report.throughput.find(({ concurrency }) => concurrency === line.concurrency);
      if (!row) {
        row = { concurrency: line.concurrency, upload: null, download: null };
        report.throughput.push(row);
      }
      row[line.direction] = line.bytesPerSecond;
    }
  }
  return report;
}

/** What to set of the result; null when there is nothing to set, or the storage has other fields. */
export function proposalOf(
  result: Pick<LineOf<'result'>, 'chunkSize' | 'uploadConcurrency'> | null,
  fields: readonly { name: string }[],
): { chunkSize: number; uploadConcurrency: number } | null {
  if (!result) return null;
  const { chunkSize, uploadConcurrency } = result;
  if (chunkSize === null || uploadConcurrency === null) return null;
  const has = (name: string) => fields.some((field) => field.name === name);
  return has('chunkSize') && has('uploadConcurrency') ? { chunkSize, uploadConcurrency } : null;
}
