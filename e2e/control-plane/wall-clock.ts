/** The wall clock of one process, to be set as a machine's is: that of the machine, and by so much before or behind it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PRELOADED = join(import.meta.dirname, 'wall-clock-preload.ts');

export class WallClock {
  readonly #file: string;

  /** @param folder - where the processes are told how it is set */
  constructor(folder: string) {
    this.#file = join(folder, 'wall-clock');
    writeFileSync(this.#file, '0');
  }

  /** What a process of Node's needs in its environment to have it. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${PRELOADED}`, WALL_CLOCK_FILE: this.#file };
  }

  /** Sets it, in all its processes within moments; it goes on from there. @param nowMs - epoch milliseconds */
  set(nowMs: number): void {
    writeFileSync(this.#file, String(Math.round(nowMs - Date.now())));
  }
}
