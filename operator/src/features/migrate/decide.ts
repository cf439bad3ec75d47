/** Which version the database is migrated to, and so which version may run. */
import { contractMessage, decideContract, type Contract } from './contract.ts';

/** `expand` runs beside the former release; `contract` takes away what only that needed. */
export type Phase = 'expand' | 'contract';

/** A Job as its status tells it. */
export interface MigrationJob {
  readonly name: string;
  readonly version: string;
  /** None for a release that knew of no phases. */
  readonly phase?: Phase;
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
  /** status.release.pendingContract, of the recorded version. */
  readonly pendingContract?: boolean;
  /** The version of the API Deployment that exists. */
  readonly running?: string;
  /** Whether all API pods, those that are stopping among them, are of the wanted version. */
  readonly rolledOut: boolean;
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
  /** What is left to do once the former release has gone. */
  readonly contract?: Contract;
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
  const jobs = facts.jobs.filter(({ version, phase }) => version === wanted && phase !== 'contract');
  if (recorded === wanted || jobs.some(({ succeeded }) => succeeded)) return migrated(facts, nowMs);
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

/** The database is as the wanted version needs it; what only the former one needed may still be there. */
function migrated(facts: MigrationFacts, nowMs: number): Migration {
  const { wanted, recorded } = facts;
  const done = {
    state: 'Migrated',
    migratedVersion: wanted,
    apiVersion: wanted,
    job: recorded !== wanted,
    message: `the database is at version ${wanted}`,
  } as const;
  const contract = decideContract(facts);
  if (contract === undefined) return done;
  const { failedJob } = contract;
  const retry = failedJob?.failedAtMs === undefined ? undefined : failed(failedJob, failedJob.failedAtMs, nowMs);
  if (retry === undefined) return { ...done, contract, message: contractMessage(contract, wanted) };
  const { message, retryAtMs, retryJob } = retry;
  return {
    ...done,
    contract,
    message,
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
    ...(retryJob === undefined ? {} : { retryJob }),
  };
}

function failed(
  job: MigrationJob,
  failedAtMs: number,
  nowMs: number,
): Pick<Migration, 'message' | 'retryJob' | 'retryAtMs'> & { readonly state: 'Failed' } {
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
