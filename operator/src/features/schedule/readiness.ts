/**
 * How the pods that are ready stood against the pods that were due: told forward from one look to the next, each of which knows
 * how many were ready until then. What was due in between is the calendar's to say, so that no look need come at a bell.
 */
import type { Attendance } from './due.ts';

export interface Readiness {
  /** Until when it is told, epoch milliseconds. */
  readonly atMs: number;
  /** API pods that are ready since the last look. */
  readonly ready: number;
  /** By a number of pods less one: since when at least so many have been ready, as far as we have seen. */
  readonly since: readonly number[];
  /** Seconds with fewer pods ready than were due to those in class. */
  readonly underSeconds: number;
  /** The last bell. */
  readonly bell?: Bell;
}

export interface Bell {
  readonly atMs: number;
  readonly due: number;
  /** Since when what was due has been ready; undefined while it is not, or when it came before we looked. */
  readonly readyMs?: number;
  /** Whether it rang before we first looked: when what was due became ready nobody knows then, only that it is not. */
  readonly unheard?: true;
  /** Whether nothing can be told of it: it was ready when we first looked, or has been since. */
  readonly unseen: boolean;
}

/** @returns the first look: of the time before nothing is known but that a class is on whose pods are not there. */
export function firstLook(spans: readonly Attendance[], ready: number, nowMs: number): Readiness {
  const past = spans.filter(({ startMs }) => startMs <= nowMs);
  const fresh = { atMs: nowMs, ready, since: Array.from({ length: ready }, () => nowMs), underSeconds: 0 };
  const [rung, now] = [past.findLast(({ bell }) => bell), past.at(-1)];
  if (rung === undefined || now === undefined) return fresh;
  const lacking = now.students > 0 && ready < now.due;
  return { ...fresh, bell: { atMs: rung.startMs, due: now.due, unheard: true, unseen: !lacking } };
}

/**
 * @param spans - who is in class, from before the last look on
 * @returns what is known by now, with as many pods ready as at the last look. After a clock was set back it goes on from there.
 */
export function lookOn(last: Readiness, spans: readonly Attendance[], nowMs: number): Readiness {
  if (nowMs < last.atMs) return setBack(last, nowMs);
  let { underSeconds, bell } = last;
  for (const { startMs, endMs, students, due, bell: rings } of spans) {
    const overlapMs = Math.min(endMs, nowMs) - Math.max(startMs, last.atMs);
    if (overlapMs > 0 && students > 0 && last.ready < due) underSeconds += overlapMs / 1000;
    if (rings && startMs > last.atMs && startMs <= nowMs) bell = bellAt(startMs, due, last.since[due - 1]);
  }
  return { ...last, atMs: nowMs, underSeconds, ...(bell === undefined ? {} : { bell }) };
}

/** What is yet to come again is forgotten. */
function setBack({ bell, ...last }: Readiness, nowMs: number): Readiness {
  const since = last.since.map((ms) => Math.min(ms, nowMs));
  return { ...last, atMs: nowMs, since, ...(bell === undefined || bell.atMs > nowMs ? {} : { bell }) };
}

/** @returns the same with another number of pods ready, from its last look on. */
export function withReady(last: Readiness, ready: number): Readiness {
  const since = Array.from({ length: ready }, (_, index) => last.since[index] ?? last.atMs);
  const { bell } = last;
  const comes = bell?.readyMs === undefined && bell?.unseen === false && ready >= bell.due;
  if (!comes) return { ...last, ready, since };
  const come = bell.unheard === true ? { ...bell, unseen: true } : { ...bell, readyMs: last.atMs };
  return { ...last, ready, since, bell: come };
}

/**
 * @returns how long before the last bell the pods that were due at it have been ready, at most the lead time, seconds; negative
 *   when they came after it, and falling while they do not come; undefined when it is not known
 */
export function readyBeforeBell({ bell }: Readiness, leadMs: number, nowMs: number): number | undefined {
  if (bell === undefined || bell.unseen) return undefined;
  return Math.min(bell.atMs - (bell.readyMs ?? nowMs), leadMs) / 1000;
}

const bellAt = (atMs: number, due: number, readyMs: number | undefined): Bell => ({
  atMs,
  due,
  unseen: false,
  ...(readyMs === undefined ? {} : { readyMs }),
});
