/** A logger whose lines a test can read. */
import type { Logger } from '../logger.ts';

export interface Line {
  readonly level: 'error' | 'info' | 'warn';
  readonly message: string;
  readonly fields: object;
}

export class RecordingLogger implements Logger {
  readonly lines: Line[] = [];

  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }

  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }

  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }

  /** Lines of the child are among ours. */
  child(): Logger {
    return this;
  }
}
