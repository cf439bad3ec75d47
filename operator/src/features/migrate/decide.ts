/** Which version the database is migrated to, and so which version may run. */

/** A Job as its status tells it. */
export interface MigrationJob {
  readonly name: string;
  readonly version: string;
  readonly succeeded: boolean;
  /** When it gave up, epoch milliseconds. */
  readonly failedAtMs?: number;
  /** What its last pod said when it ended, or the Job itself. */
  readonly lastWords?: string;
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
  /** Whether the Job for the wanted version has to exist: until its success is on record. */
  readonly job: boolean;
  /** A Job that gave up and is due for another try. */
  readonly retryJob?: string;
  /** When it is due, epoch milliseconds. */
  readonly retryAtMs?: number;
}

/** A failed migration is tried again after this long: what was missing (a database, a volume) may have come back. */
const RETRY_AFTER_MS = 5 * 60_000;

/** @returns what runs now: the wanted version once its migration is done, until then the one that ran before. */
export function decideMigration(facts: MigrationFacts, nowMs: number): Migration {
  const { wanted, recorded, running, databaseReady } = facts;
  const jobs = facts.jobs.filter((candidate) => candidate.version === wanted);
  if (recorded === wanted || jobs.some(({ succeeded }) => succeeded)) {
    const message = `the database is at version ${wanted}`;
    return { state: 'Migrated', migratedVersion: wanted, apiVersion: wanted, job: recorded !== wanted, message };
  }
  const before = {
    ...(recorded === undefined ? {} : { migratedVersion: recorded }),
    ...(running === undefined ? {} : { apiVersion: running }),
    job: true,
  };
  const given = jobs.find(({ failedAtMs }) => failedAtMs !== undefined);
  if (given?.failedAtMs !== undefined) return { ...before, ...failed(given, given.failedAtMs, nowMs) };
  if (!databaseReady)
    return { ...before, state: 'WaitingForDatabase', message: 'PostgreSQL does not accept connections yet' };
  const words = jobs.flatMap(({ lastWords }) => (lastWords === undefined ? [] : [`: ${reasonOf(lastWords)}`]));
  const message = `waiting for the migration to version ${wanted}${words[0] ?? ''}`;
  return { ...before, state: 'Migrating', message };
}

function failed(
  job: MigrationJob,
  failedAtMs: number,
  nowMs: number,
): Pick<Migration, 'state' | 'message' | 'retryJob' | 'retryAtMs'> {
  const retryAtMs = failedAtMs + RETRY_AFTER_MS;
  const why = job.lastWords === undefined ? 'it gave up' : reasonOf(job.lastWords);
  const message = `Job ${job.name} failed: ${why}. Read its log (kubectl logs job/${job.name}); it is tried again after 5 minutes, at once when the Job is deleted`;
  return { state: 'Failed', message, retryAtMs, ...(nowMs >= retryAtMs ? { retryJob: job.name } : {}) };
}

/** The jobs' image ends with `{"error": …}`; a container that never came so far has other words. */
function reasonOf(words: string): string {
  try {
    const { error } = JSON.parse(words) as { readonly error?: unknown };
    return typeof error === 'string' ? error : words;
  } catch {
    return words;
  }
}
