/** What is known of the bells of each platform: the floor, who is in class, and whether the pods that were due were there. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Spec } from '@heroes/crds/spec.ts';
import { spanMs } from '../features/schedule/day.ts';
import { attendance, type Attendance } from '../features/schedule/due.ts';
import { firstLook, lookOn, readyBeforeBell, withReady, type Readiness } from '../features/schedule/readiness.ts';
import { CLOCKS, type Clocks } from '../kube/clock.ts';
import { keyOf } from '../kube/resource.ts';
import type { Key } from './cluster.ts';

const HOUR_MS = 3_600_000;
/** Of the calendar so much is looked at, back and ahead: a class is over in half a day. */
const BEHIND_MS = 12 * HOUR_MS;
const AHEAD_MS = 36 * HOUR_MS;
/** When less of it is left it is looked at again. */
const LEFT_MS = 24 * HOUR_MS;
/** By more than this the wall clock and the time that has passed differ only where it was set. */
const SET_MS = 1_000;

export interface BellFacts {
  readonly key: Key;
  /** Of the API. */
  readonly readyPods: number;
  readonly floor: number;
  /** What the calendar tells; undefined where there is none. */
  readonly bells?: {
    readonly students: number;
    readonly underSeconds: number;
    /** See {@link readyBeforeBell}. */
    readonly readyBeforeSeconds: number | undefined;
    /** Epoch seconds. */
    readonly lastBell: number | undefined;
  };
}

export interface Seen {
  /** What stands; undefined while the calendar is wrong, or nothing stands, so that what was known of it goes on. */
  readonly floor: number | undefined;
  /** Of the API. */
  readonly readyPods: number;
}

interface Kept {
  readonly key: Key;
  readonly generation: number;
  readonly spec: Spec;
  readonly floor: number;
  readonly spans: readonly Attendance[];
  readonly spansEndMs: number;
  readonly readiness: Readiness;
  /** When it was last looked at, by the clock that nobody sets. */
  readonly monotonicMs: number;
}

export class BellBook {
  readonly #clocks: Clocks;
  readonly #kept = new Map<string, Kept>();

  constructor(clocks: Clocks = CLOCKS) {
    this.#clocks = clocks;
  }

  /** Writes down how a platform is. */
  observe({ metadata, spec }: HeroesPlatform, { floor, readyPods }: Seen): void {
    const id = keyOf(metadata);
    const known = this.#kept.get(id);
    const { namespace, name, generation = 0 } = metadata;
    const key = { namespace, name };
    if (floor === undefined) {
      if (known !== undefined) this.#kept.set(id, seenReady(this.#lookOn(known), readyPods));
      return;
    }
    const now =
      known === undefined
        ? this.#first({ key, generation, spec, floor }, readyPods)
        : seenReady(this.#lookOn(this.#renewed({ ...known, generation, spec, floor }, known)), readyPods);
    this.#kept.set(id, now);
  }

  /** Forgets a platform that is gone. */
  forget(key: Key): void {
    this.#kept.delete(keyOf(key));
  }

  /** @returns what is known of all platforms at this moment. */
  facts(): BellFacts[] {
    const { wallMs } = this.#clocks;
    return [...this.#kept].map(([id, known]) => {
      const now = this.#lookOn(known);
      this.#kept.set(id, now);
      return factsOf(now, wallMs());
    });
  }

  #first(made: Pick<Kept, 'key' | 'generation' | 'spec' | 'floor'>, readyPods: number): Kept {
    const nowMs = this.#clocks.wallMs();
    const spans = spansAround(made.spec, nowMs);
    const readiness = firstLook(spans, readyPods, nowMs);
    return { ...made, spans, spansEndMs: nowMs + AHEAD_MS, readiness, monotonicMs: this.#clocks.monotonicMs() };
  }

  /** Only when a platform is reconciled, which it is before each class: of all at once, while they are read, it would take long. */
  #renewed(now: Kept, { generation, readiness, spansEndMs }: Kept): Kept {
    const nowMs = this.#clocks.wallMs();
    const lasts = generation === now.generation && nowMs + LEFT_MS < spansEndMs && nowMs >= readiness.atMs;
    return lasts ? now : { ...now, spans: spansAround(now.spec, nowMs), spansEndMs: nowMs + AHEAD_MS };
  }

  #lookOn(known: Kept): Kept {
    const [nowMs, monotonicMs] = [this.#clocks.wallMs(), this.#clocks.monotonicMs()];
    const { readiness: last } = known;
    const readiness = lookOn(last, known.spans, nowMs);
    const passedMs = monotonicMs - known.monotonicMs;
    // Time that was skipped, nobody spent in class.
    const set = Math.abs(nowMs - last.atMs - passedMs) > SET_MS;
    return { ...known, monotonicMs, readiness: set ? { ...readiness, underSeconds: last.underSeconds } : readiness };
  }
}

const spansAround = (spec: Spec, nowMs: number): Attendance[] => attendance(spec, nowMs - BEHIND_MS, nowMs + AHEAD_MS);

const seenReady = (known: Kept, readyPods: number): Kept => ({
  ...known,
  readiness: withReady(known.readiness, readyPods),
});

function factsOf({ key, floor, spec, spans, readiness }: Kept, nowMs: number): BellFacts {
  const facts = { key, floor, readyPods: readiness.ready };
  if (spec.schedule === undefined) return facts;
  const { bell, underSeconds } = readiness;
  const bells = {
    students: spans.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)?.students ?? 0,
    underSeconds,
    readyBeforeSeconds: readyBeforeBell(readiness, spanMs(spec.schedule.leadTime), nowMs),
    lastBell: bell === undefined ? undefined : bell.atMs / 1000,
  };
  return { ...facts, bells };
}
