/**
 * Files of log lines for whoever ships them: numbered, each up to a size, the oldest removed. A file is never renamed, so that
 * a reader needs no more than to see that there is a next one. What is not read in time is lost there, and never waited for:
 * standard output has it all.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type DestinationStream } from 'pino';

export interface LogFileBounds {
  /** Largest file, bytes; the last line may go beyond it. */
  readonly maxBytes: number;
  /** Files that are kept, the one that is written among them. */
  readonly files: number;
  /** Most that waits in memory for a slow disk, bytes; what comes beyond is dropped. */
  readonly waitingBytes: number;
}

export const LOG_FILE_BOUNDS: LogFileBounds = { maxBytes: 4 * 1024 * 1024, files: 4, waitingBytes: 1024 * 1024 };

/**
 * @returns where to write lines. A disk that is full or gone loses them; it stops nothing.
 * @throws Error when the folder cannot be made
 */
export function openLogFiles(
  directory: string,
  service: string,
  { maxBytes, files, waitingBytes }: LogFileBounds = LOG_FILE_BOUNDS,
): DestinationStream & { readonly end: () => void } {
  mkdirSync(directory, { recursive: true });
  const pathOf = (number: number): string => join(directory, `${service}-${String(number).padStart(8, '0')}.log`);
  let number = Math.max(0, ...numbersIn(directory, service)) + 1;
  let bytes = 0;
  const file = pino.destination({ dest: pathOf(number), sync: false, minLength: 0, maxLength: waitingBytes });
  file.on('error', () => undefined);
  const removeOld = (): void => {
    try {
      for (const old of numbersIn(directory, service)) if (old <= number - files) rmSync(pathOf(old), { force: true });
    } catch {
      // The next file is another try.
    }
  };
  removeOld();
  return {
    write: (line) => {
      if (bytes >= maxBytes) {
        number++;
        bytes = 0;
        file.reopen(pathOf(number));
        removeOld();
      }
      bytes += Buffer.byteLength(line);
      file.write(line);
    },
    end: () => {
      file.end();
    },
  };
}

function numbersIn(directory: string, service: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const digits = name.startsWith(`${service}-`) ? /^\d{8}(?=\.log$)/.exec(name.slice(service.length + 1)) : null;
    return digits === null ? [] : [Number(digits[0])];
  });
}
