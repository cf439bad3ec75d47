/** THE numbers: thresholds of the service's review, read by the rules, their tests and the runbooks. */
export const SLO = {
  /** Share of requests that end in a server error, 0 to 1, and for how long before it is an alert. */
  errorRatio: { threshold: 0.05, forMinutes: 2 },
  /** 95th percentile of request duration, in seconds. A bucket boundary of the API's histogram. */
  latencyP95: { thresholdSeconds: 0.4, forMinutes: 5 },
  /** Share of the API's database connections that are in use, 0 to 1. */
  poolUtilization: { threshold: 0.8, forMinutes: 2 },
  /** Share of the last day's backups that succeeded, 0 to 1. */
  backupSuccess: { threshold: 0.99, forMinutes: 60 },
} as const;
