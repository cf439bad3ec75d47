/** Under load what can wait is refused first, so that a join and a help signal never are. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Priority } from '../http/classes.ts';
import { Problem } from '../http/problems.ts';
import type { Route } from '../http/route.ts';

/**
 * How late the pod may be before routes of a priority are refused, milliseconds: late in turning to a request, or in having a
 * database connection for it. The objective is 400 ms in all.
 */
const LIMITS_MS: Readonly<Record<Priority, number>> = { deferrable: 100, normal: 400, essential: Infinity };
/** How often the delay is looked at. */
const EVERY_MS = 500;
const RESOLUTION_MS = 10;

export type Bottleneck = 'event_loop' | 'database';

type Shed = Pick<Route, 'priority'>;

export interface Shedding {
  /** @throws Problem 503 for a route that can wait while the pod has more to do than it can. */
  readonly admit: (route: Shed) => void;
  /** The same before it asks for a database connection: what a cache answers is not refused because the database is slow. */
  readonly admitToDatabase: (route: Shed) => void;
  readonly stop: () => void;
}

export interface SheddingParts {
  /** How long one waits for a database connection now, milliseconds. */
  readonly databaseWaitMs: () => number;
  /** How late the event loop is, milliseconds; this process's own unless given. */
  readonly eventLoopDelayMs?: () => number;
  /** Told of each refusal. */
  readonly refused?: (priority: Priority, bottleneck: Bottleneck) => void;
}

/** @returns shedding by how late this process is. */
export function createShedding({ databaseWaitMs, eventLoopDelayMs, refused }: SheddingParts): Shedding {
  const loop = eventLoopDelayMs === undefined ? watchEventLoop() : { delayMs: eventLoopDelayMs, stop: () => undefined };
  const admit = (bottleneck: Bottleneck, lateMs: () => number) => (route: Shed) => {
    if (!isShed(route, lateMs())) return;
    refused?.(route.priority ?? 'normal', bottleneck);
    const detail = 'There is more to do than can be done at the moment. Try again soon.';
    throw new Problem({ status: 503, detail, retryAfterSeconds: 2 });
  };
  return {
    admit: admit('event_loop', loop.delayMs),
    admitToDatabase: admit('database', databaseWaitMs),
    stop: loop.stop,
  };
}

/** Pure. @returns whether a route is refused when its pod is that late. */
export const isShed = ({ priority = 'normal' }: Shed, lateMs: number): boolean => lateMs > LIMITS_MS[priority];

/** @returns what takes one look after the other and tells how late the process stays: a single stall is over when it is seen. */
export function lasting(): (seenMs: number) => number {
  let beforeMs = 0;
  return (seenMs) => {
    const stayedMs = Math.min(beforeMs, seenMs);
    beforeMs = seenMs;
    return stayedMs;
  };
}

function watchEventLoop(): { readonly delayMs: () => number; readonly stop: () => void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const stays = lasting();
  let delayMs = 0;
  const timer = setInterval(() => {
    // Half of the last moments were at least this late, beyond the pace that the histogram itself looks at.
    delayMs = stays(Math.max(0, histogram.percentile(50) / 1e6 - RESOLUTION_MS));
    histogram.reset();
  }, EVERY_MS);
  timer.unref();
  return {
    delayMs: () => delayMs,
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
