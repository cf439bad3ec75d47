/** Remembers each platform's floor for as long as it holds: a calendar of years is not read again for every pod that starts. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { decideSchedule } from '../features/schedule/decide.ts';
import type { Standing } from '../features/schedule/standing.ts';
import type { Verdict } from './verdict.ts';

interface Remembered {
  readonly generation: number;
  readonly stands: number | undefined;
  readonly fromMs: number;
  readonly verdict: Verdict<Standing>;
}

/** Computes what {@link decideSchedule} does, and says it again while neither the spec, nor what stands, nor the time can have changed it. */
export class Floors {
  readonly #remembered = new Map<string, Remembered>();

  /** @param stands - the floor that was last written */
  at({ metadata, spec }: HeroesPlatform, nowMs: number, stands?: number): Verdict<Standing> {
    const { uid, generation = 0 } = metadata;
    const known = this.#remembered.get(uid);
    if (known?.generation === generation && known.stands === stands && holds(known, nowMs)) return known.verdict;
    const verdict = decideSchedule(spec, nowMs, stands);
    this.#remembered.set(uid, { generation, stands, fromMs: nowMs, verdict });
    return verdict;
  }

  /** Forgets a platform that is gone. */
  forget(uid: string): void {
    this.#remembered.delete(uid);
  }
}

/** What comes next may be too far away to be seen, and comes into sight by and by. */
const UNSEEN_MS = 86_400_000;

/** A clock that was set back asks anew, too. */
function holds({ fromMs, verdict }: Remembered, nowMs: number): boolean {
  if (nowMs < fromMs) return false;
  if (!verdict.ok) return true;
  const { untilMs, next } = verdict.value;
  // Without a calendar it is for good.
  if (untilMs === undefined) return true;
  return nowMs < Math.min(untilMs, next === undefined ? fromMs + UNSEEN_MS : Infinity);
}
