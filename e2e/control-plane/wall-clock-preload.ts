/**
 * Loaded into a process before its program (wall-clock.ts): its wall clock is set as a file says, in milliseconds. Its timers are
 * as they were, since those run on a clock that nobody sets.
 */
import { readFileSync } from 'node:fs';

const POLL_MS = 20;
const file = process.env.WALL_CLOCK_FILE ?? '';
const MachineDate = Date;

let setByMs = read();
setInterval(() => {
  setByMs = read();
}, POLL_MS).unref();

/** While it is being written it is empty. */
function read(): number {
  const text = readFileSync(file, 'utf8');
  return text === '' ? setByMs : Number(text);
}

globalThis.Date = class extends MachineDate {
  constructor(...given: [] | [string | number | Date]) {
    if (given.length === 0) super(MachineDate.now() + setByMs);
    else super(...given);
  }

  static override now(): number {
    return MachineDate.now() + setByMs;
  }
} as DateConstructor;
