/**
 * Load that does not wait: requests come when they come, whether or not the former ones were answered, as they do from children
 * who know nothing of each other (an open model). Each is timed from when it was due, so that what had to wait for us to send it
 * is counted as well (Gil Tene's "coordinated omission").
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of a request: its name, and the status; 0 when there was no answer. */
export interface Outcome {
  readonly name: string;
  readonly status: number;
}

export interface Sample extends Outcome {
  /** When it was due, milliseconds from the start. */
  readonly dueMs: number;
  /** From when it was due to when its answer had been read. */
  readonly latencyMs: number;
  /** By how much later it was sent than it was due. */
  readonly lateMs: number;
}

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  /** 0 ≤ random < 1. */
  readonly random?: () => number;
}

/** Pure. @returns when requests are due, milliseconds from the start, ascending: a Poisson process of that rate. */
export function* dueTimes({ perSecond, seconds, random = Math.random }: Pace): Generator<number> {
  for (let ms = gap(perSecond, random()); ms < seconds * 1000; ms += gap(perSecond, random())) yield ms;
}

/** Milliseconds to the next, exponentially distributed. */
const gap = (perSecond: number, random: number): number => (-Math.log(1 - random) * 1000) / perSecond;

export interface Crowd {
  readonly count: number;
  readonly seconds: number;
  readonly random?: () => number;
}

/** Pure. @returns when just so many are due, each at any time within the seconds, ascending. */
export const scattered = ({ count, seconds, random = Math.random }: Crowd): number[] =>
  Array.from({ length: count }, () => random() * seconds * 1000).sort((a, b) => a - b);

export interface Load {
  /** Milliseconds from the start, ascending. */
  readonly due: Iterable<number>;
  /** Does the next request. It must not throw: a request that fails has an outcome, too. */
  readonly next: () => Promise<Outcome>;
}

/** Sends what is due when it is due. @returns every request, once the last was answered. */
export async function drive({ due, next }: Load): Promise<Sample[]> {
  const startMs = performance.now();
  const nowMs = (): number => performance.now() - startMs;
  const under: Promise<Sample>[] = [];
  for (const dueMs of due) {
    const earlyMs = dueMs - nowMs();
    if (earlyMs > 0) await sleep(earlyMs);
    const lateMs = nowMs() - dueMs;
    under.push(next().then((outcome) => ({ ...outcome, dueMs, lateMs, latencyMs: nowMs() - dueMs })));
  }
  return Promise.all(under);
}
