import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured logs, one JSON object a line, on standard output. Request headers and bodies are never logged; what could
 * still carry a secret by its name is removed.
 */
export function makeLog(level = 'info'): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        'password',
        'secret',
        'accessKeySecret',
        'authorization',
        'cookie',
        '*.password',
        '*.secret',
        '*.accessKeySecret',
        '*.authorization',
        '*.cookie',
      ],
      censor: '[removed]',
    },
  });
}
