/** Under load what can wait is refused first, so that a join and a help signal never are. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Priority } from '../http/classes.ts';
import { Problem } from '../http/problems.ts';
import type { Route } from '../http/route.ts';

/** Delay of the event loop from which on routes of a priority are refused, milliseconds. The objective is 400 ms in all. */
const LIMITS_MS: Readonly<Record<Priority, number>> = { deferrable: 100, normal: 400, essential: Infinity };
/** How often the delay is looked at. */
const EVERY_MS = 500;
const RESOLUTION_MS = 10;

export interface Shedding {
  /** @throws Problem 503 for a route that can wait while the pod has more to do than it can. */
  readonly admit: (route: Route) => void;
  readonly stop: () => void;
}

/** @returns shedding by this process's own delay. */
export function createShedding(): Shedding {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    // Half of the last moments were at least this late, beyond the pace that the histogram itself looks at.
    delayMs = histogram.percentile(50) / 1e6 - RESOLUTION_MS;
    histogram.reset();
  }, EVERY_MS);
  timer.unref();
  return {
    admit: (route) => {
      if (!isShed(route, delayMs)) return;
      const detail = 'There is more to do than can be done at the moment. Try again soon.';
      throw new Problem({ status: 503, detail, retryAfterSeconds: 2 });
    },
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/** Pure. @returns whether a route is refused at a delay of the event loop. */
export const isShed = ({ priority = 'normal' }: Pick<Route, 'priority'>, delayMs: number): boolean =>
  delayMs > LIMITS_MS[priority];
