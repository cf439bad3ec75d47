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
  /** Pods that are due at a bell and come after it, while the class is on. */
  classUnderFloor: { forMinutes: 1 },
  /** A destination that fails half of its calls is left alone; looked for in a window, since it is tried again each 30 s. */
  circuitOpen: { windowMinutes: 2, forMinutes: 5 },
  /** Age of the last help signal that should have escalated and has not, seconds: workers look every few seconds. */
  helpOverdue: { thresholdSeconds: 60, forMinutes: 2 },
  /** Age of the oldest message that waits to be delivered, seconds. */
  outboxAge: { thresholdSeconds: 900, forMinutes: 5 },
  outboxDead: { forMinutes: 1 },
  /** Since the last deletion of what is past its time, hours: it runs daily, and may fail once. */
  retentionAge: { thresholdHours: 50, forMinutes: 30 },
  retentionFailed: { forMinutes: 15 },
  /** Since the last anchor of the audit, hours: it is anchored hourly. */
  anchorAge: { thresholdHours: 6, forMinutes: 30 },
  auditConflict: { forMinutes: 1 },
  auditFault: { windowMinutes: 60, forMinutes: 1 },
  /** Edge pods that answer, and API pods that an edge pod sees: fewer than one. */
  edgeDown: { forMinutes: 1 },
  edgeNoServers: { forMinutes: 1 },
  /** Share of the requests that the edge itself fails, 0 to 1: no pod, none that answers in time. */
  edgeErrors: { threshold: 0.01, forMinutes: 2 },
  /** Share of the connections that an edge pod may hold, 0 to 1. */
  edgeConnections: { threshold: 0.8, forMinutes: 2 },
  /** Share of the requests that are refused for their rate, 0 to 1. */
  edgeRefusals: { threshold: 0.05, forMinutes: 10 },
} as const;
