/** THE numbers of the operator itself, for its alerts, their tests and its dashboard. A platform's are in crds/src/slo.ts. */
export const OPERATOR_SLO = {
  /** How long nobody may lead. A hand-over takes 15 s, the pod of another node a minute. */
  leaderless: { forMinutes: 5 },
  /**
   * Share of reconciles that may fail. The window is longer than the longest delay between two tries, 1000 s, so that it
   * always holds a try of a platform that keeps failing; the duration is longer than the window, so that one stray failure
   * has left it by then.
   */
  errorRatio: { threshold: 0.1, windowMinutes: 20, forMinutes: 30 },
  /** 99th percentile of how long a platform waits for a worker: a boundary of the histogram. */
  queueP99: { thresholdSeconds: 1, forMinutes: 15 },
  /** 99th percentile of how long a reconcile takes: a boundary of the histogram. */
  reconcileP99: { thresholdSeconds: 5, forMinutes: 15 },
  /** A reconcile that runs for longer has outlived its time limit (RECONCILE_TIMEOUT_SECONDS, 120), which did not end it. */
  longestWork: { thresholdSeconds: 300, forMinutes: 5 },
  /** Share of requests that the API server may turn away with 429. */
  throttledRatio: { threshold: 0.05, forMinutes: 15 },
  /** Failed lists and watches of a kind. One that always fails does so twice a minute; while an API server restarts, five times. */
  watchFailures: { threshold: 15, windowMinutes: 15, forMinutes: 5 },
  /** Share of the memory limit. */
  memoryRatio: { threshold: 0.9, forMinutes: 15 },
  /** Starts of one pod's process, after its first. */
  restarts: { threshold: 2, windowMinutes: 60, forMinutes: 1 },
  /** What should not happen at all is told at once, and for an hour. */
  never: { windowMinutes: 60, forMinutes: 1 },
} as const;
