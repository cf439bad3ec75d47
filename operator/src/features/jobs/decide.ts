/** What the finished Jobs of a kind prove: that what is past its time was deleted, and how the audit ends. */
import type { Status } from '@heroes/crds/status.ts';

/** A finished Job, with what its pod wrote as its termination message. */
export interface JobRun {
  readonly finishedAtMs: number;
  readonly succeeded: boolean;
  readonly message: string;
}

export type RetentionStatus = NonNullable<Status['retention']>;
export type AuditStatus = NonNullable<Status['audit']>;

/** @returns status.retention after the runs seen; what Jobs no longer tell is kept from the status before. */
export function decideRetention(
  before: RetentionStatus | undefined,
  runs: readonly JobRun[],
): RetentionStatus | undefined {
  const success = newest(runs, true);
  const failure = newest(runs, false);
  const merged: RetentionStatus = {
    ...before,
    ...(isNews(success, before?.lastSuccessTime) ? successOf(success) : {}),
    ...(isNews(failure, before?.lastFailureTime) ? failureOf(failure) : {}),
  };
  const { lastError, ...rest } = merged;
  const recovered = (merged.lastSuccessTime ?? '') > (merged.lastFailureTime ?? '');
  const status = recovered || lastError === undefined ? rest : merged;
  return Object.keys(status).length === 0 ? undefined : status;
}

const newest = (runs: readonly JobRun[], succeeded: boolean): JobRun | undefined =>
  runs.filter((run) => run.succeeded === succeeded).sort((a, b) => b.finishedAtMs - a.finishedAtMs)[0];

const isNews = (run: JobRun | undefined, known = ''): run is JobRun =>
  run !== undefined && iso(run.finishedAtMs) >= known;

function successOf({ finishedAtMs, message }: JobRun): RetentionStatus {
  const { policyVersion, classes } = wordsOf(message);
  const rows = Array.isArray(classes) ? (classes as { readonly rows?: unknown }[]).map((each) => each.rows) : undefined;
  return {
    lastSuccessTime: iso(finishedAtMs),
    ...(typeof policyVersion === 'string' ? { policyVersion: policyVersion.slice(0, 64) } : {}),
    ...(rows === undefined
      ? {}
      : { rows: rows.reduce((sum: number, each) => sum + (typeof each === 'number' ? each : 0), 0) }),
  };
}

function failureOf({ finishedAtMs, message }: JobRun): RetentionStatus {
  const { error } = wordsOf(message);
  const why = typeof error === 'string' ? error : message;
  return { lastFailureTime: iso(finishedAtMs), lastError: why.slice(0, 1024) || 'the Job gave no reason' };
}

/**
 * @returns status.audit after the runs seen. An end that does not follow from the one that is kept here is not taken: the
 *   database was set back, or somebody has written its audit anew.
 */
export function decideAudit(before: AuditStatus | undefined, runs: readonly JobRun[]): AuditStatus | undefined {
  const anchors = runs
    .filter(({ succeeded }) => succeeded)
    .sort((a, b) => a.finishedAtMs - b.finishedAtMs)
    .flatMap(({ message, finishedAtMs }) => anchorOf(message, finishedAtMs) ?? []);
  return anchors.reduce(afterwards, before);
}

function afterwards(before: AuditStatus | undefined, found: AuditStatus): AuditStatus {
  if (before === undefined) return found;
  // It takes a person to say why; until then what was written first stays.
  if (before.conflict !== undefined) return before;
  // A run that is already in the status, or that was before it.
  if (found.anchoredTime <= before.anchoredTime && found.sequence <= before.sequence) return before;
  const grows = found.sequence > before.sequence;
  const isSame = found.sequence === before.sequence && found.hash === before.hash;
  if (grows || isSame) return found;
  const conflict = `at ${found.anchoredTime} the audit ended with entry ${found.sequence}, ${found.hash.slice(0, 12)}…, although entry ${before.sequence}, ${before.hash.slice(0, 12)}…, had been written. Run kubectl heroes audit verify; once it is explained, take status.audit away`;
  return { ...before, conflict };
}

function anchorOf(message: string, finishedAtMs: number): AuditStatus | undefined {
  const { anchor } = wordsOf(message);
  if (typeof anchor !== 'object' || anchor === null) return undefined;
  const { sequence, hash } = anchor as { readonly sequence?: unknown; readonly hash?: unknown };
  if (typeof sequence !== 'number' || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  return { sequence, hash, anchoredTime: iso(finishedAtMs) };
}

const iso = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'second' });

function wordsOf(message: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(message);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
