/** What the finished backup Jobs prove. */
import type { Status } from '@heroes/crds/status.ts';

/** A finished backup Job, with what its pod wrote as its termination message. */
export interface BackupRun {
  readonly finishedAtMs: number;
  readonly succeeded: boolean;
  readonly message: string;
}

export type BackupStatus = NonNullable<Status['backup']>;

/** The success rate looks back this far; longer than a day, so that a nightly run is always in it. */
const RATE_WINDOW_MS = 26 * 3_600_000;

interface Outcome {
  readonly archive?: string;
  readonly sizeBytes?: number;
  readonly sha256?: string;
  readonly error?: string;
}

/** @returns status.backup after the runs seen; what Jobs no longer tell is kept from the status before. */
export function decideBackup(before: BackupStatus | undefined, runs: readonly BackupRun[]): BackupStatus | undefined {
  const newestFirst = [...runs].sort((a, b) => b.finishedAtMs - a.finishedAtMs);
  const success = newestFirst.find((run) => run.succeeded);
  const failure = newestFirst.find((run) => !run.succeeded);
  const merged: BackupStatus = { ...before, ...successFields(success, before), ...failureFields(failure, before) };
  const recovered = (merged.lastSuccessTime ?? '') > (merged.lastFailureTime ?? '');
  const { lastError, ...rest } = merged;
  const status = recovered || lastError === undefined ? rest : { ...rest, lastError };
  return Object.keys(status).length === 0 ? undefined : status;
}

function successFields(run: BackupRun | undefined, before: BackupStatus | undefined): BackupStatus {
  if (run === undefined) return {};
  const lastSuccessTime = iso(run.finishedAtMs);
  if (lastSuccessTime < (before?.lastSuccessTime ?? '')) return {};
  const { archive, sizeBytes, sha256 } = outcome(run.message);
  return {
    lastSuccessTime,
    ...(archive === undefined ? {} : { lastArchive: archive }),
    ...(sizeBytes === undefined ? {} : { lastArchiveBytes: sizeBytes }),
    ...(sha256 === undefined ? {} : { lastArchiveSha256: sha256 }),
  };
}

function failureFields(run: BackupRun | undefined, before: BackupStatus | undefined): BackupStatus {
  if (run === undefined) return {};
  const lastFailureTime = iso(run.finishedAtMs);
  if (lastFailureTime < (before?.lastFailureTime ?? '')) return {};
  return {
    lastFailureTime,
    lastError: (outcome(run.message).error ?? run.message).slice(0, 1024) || 'the Job gave no reason',
  };
}

const iso = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'second' });

function outcome(message: string): Outcome {
  try {
    const parsed: unknown = JSON.parse(message);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/**
 * @returns the share of runs of the last day that succeeded, 0 to 1; of the newest run when the day had none;
 *   undefined when no run is known, which says nothing of success.
 */
export function successRate(runs: readonly BackupRun[], nowMs: number): number | undefined {
  const newest = [...runs].sort((a, b) => b.finishedAtMs - a.finishedAtMs);
  const recent = newest.filter((run) => run.finishedAtMs > nowMs - RATE_WINDOW_MS);
  const counted = recent.length > 0 ? recent : newest.slice(0, 1);
  return counted.length === 0 ? undefined : counted.filter((run) => run.succeeded).length / counted.length;
}
