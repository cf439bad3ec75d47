/** Structured logs on standard output: one JSON object a line. */
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly level?: string;
}

/** @returns a logger that names the service and its version in each line. Errors keep their stack there, for us. */
export function createLogger({ service, version, level = 'info' }: LoggerOptions): Logger {
  return pino({
    base: { service, version },
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Should one ever be put into a line, it is cut out.
    redact: {
      paths: ['*.password', '*.token', '*.authorization', 'headers.authorization', 'password', 'token'],
      remove: true,
    },
  });
}
