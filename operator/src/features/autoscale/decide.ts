/**
 * Whether the autoscaler also goes by requests in flight. A metric that it asks for and does not get keeps it from ever taking pods away
 * (kubernetes/kubernetes#99514), so one that is not answered is taken out, and tried again later.
 */

import { REQUESTS_IN_FLIGHT } from '../../platform/names.ts';

/** So long a metric may be away before it is taken out: no longer than a pod takes to be scraped, and no pod is taken away in it. */
const PATIENCE_MS = 5 * 60_000;
/** So long it stays out. */
const REST_MS = 15 * 60_000;

export interface ScalingFacts {
  /** Whether the API's release exports it. */
  readonly isExported: boolean;
  /** Whether the cluster serves it; undefined while that is not known. */
  readonly isServed: boolean | undefined;
  /** Whether the autoscaler asks for it. */
  readonly isUsed: boolean;
  /** Since when the autoscaler cannot get it, and is kept from taking pods away; epoch milliseconds. */
  readonly missedSinceMs?: number;
  /** When it was taken out because it was not answered, epoch milliseconds. */
  readonly takenOutAtMs?: number;
}

export interface Scaling {
  /** Whether the autoscaler goes by requests in flight, beside CPU. */
  readonly byRequests: boolean;
  readonly reason: 'ByRequestsAndCPU' | 'NotExported' | 'NotServed' | 'NotAnswered';
  readonly message: string;
  /** When this changes by time alone, epoch milliseconds. */
  readonly againAtMs?: number;
}

const ALONE = 'pods are added by CPU alone';
const METRIC = `pods/${REQUESTS_IN_FLIGHT}`;

/** @returns by what the autoscaler goes, and why. */
export function decideScaling(facts: ScalingFacts, nowMs: number): Scaling {
  const { isExported, isServed, isUsed, missedSinceMs, takenOutAtMs } = facts;
  if (!isExported)
    return { byRequests: false, reason: 'NotExported', message: `${ALONE}: releases before 0.3.0 tell of no requests` };
  if (isServed === false || (isServed === undefined && !isUsed))
    return { byRequests: false, reason: 'NotServed', message: `${ALONE}: ${NOT_SERVED}` };
  const againAtMs = takenOutAtMs === undefined ? 0 : takenOutAtMs + REST_MS;
  if (againAtMs > nowMs) return notAnswered(againAtMs);
  if (missedSinceMs === undefined || !isUsed) return BY_BOTH;
  if (nowMs >= missedSinceMs + PATIENCE_MS) return notAnswered(nowMs + REST_MS);
  return { ...BY_BOTH, againAtMs: missedSinceMs + PATIENCE_MS };
}

const BY_BOTH: Scaling = {
  byRequests: true,
  reason: 'ByRequestsAndCPU',
  message: 'pods are added by requests in flight and by CPU, whichever asks for more',
};

const NOT_SERVED = `the cluster serves no ${METRIC} (custom.metrics.k8s.io); install an adapter with the rule of docs/reference/autoscaling.md`;

const notAnswered = (againAtMs: number): Scaling => ({
  byRequests: false,
  reason: 'NotAnswered',
  message: `${ALONE}: the autoscaler got no answer to ${METRIC}; look at the adapter and what it reads. It is tried every 15 minutes`,
  againAtMs,
});
