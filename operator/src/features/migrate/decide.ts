/** Which version the database is migrated to, and so which version may run. */

/** A Job as its status tells it. */
export interface MigrationJob {
  readonly name: string;
  readonly version: string;
  readonly succeeded: boolean;
  /** When it gave up, epoch milliseconds. */
  readonly failedAtMs?: number;
  readonly failure?: string;
}

export interface MigrationFacts {
  /** spec.release.version */
  readonly wanted: string;
  /** status.release.migratedVersion: survives the Job that did it. */
  readonly recorded?: string;
  /** The version of the API Deployment that exists. */
  readonly running?: string;
  readonly jobs: readonly MigrationJob[];
  readonly databaseReady: boolean;
}

export interface Migration {
  readonly state: 'Migrated' | 'WaitingForDatabase' | 'Migrating' | 'Failed';
  /** Last version the database was brought to. */
  readonly migratedVersion?: string;
  /** The version that the API runs; undefined until the first migration is done. */
  readonly apiVersion?: string;
  readonly message: string;
  /** A Job that gave up and is due for another try. */
  readonly retryJob?: string;
  /** When it is due, epoch milliseconds. */
  readonly retryAtMs?: number;
}

/** A failed migration is tried again after this long: what was missing (a database, a volume) may have come back. */
const RETRY_AFTER_MS = 5 * 60_000;

/** @returns what runs now: the wanted version once its migration is done, until then the one that ran before. */
export function decideMigration(facts: MigrationFacts, nowMs: number): Migration {
  const job = facts.jobs.find((candidate) => candidate.version === facts.wanted);
  if (job?.succeeded === true || facts.recorded === facts.wanted) {
    const message = `the database is at version ${facts.wanted}`;
    return { state: 'Migrated', migratedVersion: facts.wanted, apiVersion: facts.wanted, message };
  }
  const before = {
    ...(facts.recorded === undefined ? {} : { migratedVersion: facts.recorded }),
    ...(facts.running === undefined ? {} : { apiVersion: facts.running }),
  };
  if (job?.failedAtMs !== undefined) return { ...before, ...failed(job, job.failedAtMs, nowMs) };
  if (!facts.databaseReady)
    return { ...before, state: 'WaitingForDatabase', message: 'PostgreSQL does not accept connections yet' };
  return { ...before, state: 'Migrating', message: `migrating the database to version ${facts.wanted}` };
}

function failed(
  job: MigrationJob,
  failedAtMs: number,
  nowMs: number,
): Pick<Migration, 'state' | 'message' | 'retryJob' | 'retryAtMs'> {
  const retryAtMs = failedAtMs + RETRY_AFTER_MS;
  const why = job.failure ?? 'it gave up';
  const message = `Job ${job.name} failed: ${why}. Read its log (kubectl logs job/${job.name}); it is tried again after 5 minutes, at once when the Job is deleted`;
  return { state: 'Failed', message, retryAtMs, ...(nowMs >= retryAtMs ? { retryJob: job.name } : {}) };
}
