/** How one platform is kept as its spec asks. The page to read first: observe → plan → apply → report. */
import { isDeepStrictEqual } from 'node:util';
import type { Condition, Status } from '@heroes/crds/status.ts';
import { suspectCredentials } from '../features/credentials/suspect.ts';
import { needsFinalizer } from '../features/deletion/decide.ts';
import type { Outcome } from '../kube/controller.ts';
import type { Applier } from './apply.ts';
import { RefusedError, type Key, type Reader, type Recorder, type Writer } from './cluster.ts';
import { dispose, hasNeedlessFinalizer, isFinalized, lacksFinalizer } from './dispose.ts';
import type { Floors } from './floors.ts';
import { credentialsLost, observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { plan } from './plan.ts';
import { leavingStatus, status, type Done } from './status.ts';

export interface ReconcileContext {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly applier: Applier;
  readonly floors: Floors;
  readonly recorder: Recorder;
  readonly metrics: { observeBackups(key: Key, successRate: number | undefined): void; forget(key: Key): void };
  readonly now: () => number;
}

/** What was refused may be accepted later without a word to us, as when a quota is raised; milliseconds. */
const REFUSED_AGAIN_MS = 5 * 60_000;

/** @returns the function that reconciles one key. */
export function createReconcile(context: ReconcileContext): (key: Key) => Promise<Outcome> {
  return async (key) => {
    try {
      return await reconcile(context, key);
    } catch (error) {
      // What is asked of a child and refused is in the status; whatever else is refused will be until something changes.
      if (error instanceof RefusedError) return { is: 'terminal', error };
      throw error;
    }
  };
}

async function reconcile(context: ReconcileContext, key: Key): Promise<Outcome> {
  const seen = observe(context.reader, key);
  if (seen === undefined) {
    context.metrics.forget(key);
    return { is: 'done' };
  }
  if (seen.platform.metadata.deletionTimestamp !== undefined) return leave(context, seen);
  // Before anything is made that it must undo, and off only after all that is done.
  if (lacksFinalizer(seen)) await context.writer.finalize(seen.platform, { present: true });
  return keep(context, key, seen);
}

async function keep(context: ReconcileContext, key: Key, seen: Observed): Promise<Outcome> {
  const { reader, writer, applier, floors, metrics, now } = context;
  const nowMs = now();
  const suspicion = suspectCredentials(seen.pods, nowMs);
  const lost = suspicion.now && (await credentialsLost(writer, seen));
  const planned = plan({ ...seen, credentialsLost: lost }, floors.at(seen.platform, nowMs), nowMs);
  const done = await applier.apply(seen, planned);
  if (isDone(done) && hasNeedlessFinalizer(seen)) await writer.finalize(seen.platform, { present: false });
  // Seen again: the caches hold what was just written, and only of that may the status speak.
  const after = observe(reader, key) ?? seen;
  metrics.observeBackups(key, planned.backupSuccessRate);
  const reported = await report(context, after, status(after, { plan: planned, done }, nowMs));
  if (!reported.ok && done.failed === undefined) return { is: 'terminal', error: reported.error };
  return outcome(done, [planned.replanAtMs, suspicion.againAtMs], nowMs);
}

/** A platform that is being deleted: gone are its metrics and what we remember; what is left to do holds the finalizer. */
async function leave(context: ReconcileContext, seen: Observed): Promise<Outcome> {
  const { applier, floors, metrics, writer, recorder, now } = context;
  const { uid, name, namespace } = seen.platform.metadata;
  applier.forget(uid);
  floors.forget(uid);
  metrics.forget({ name, namespace });
  if (!isFinalized(seen)) return { is: 'done' };
  if (!needsFinalizer(seen.platform.spec)) return release(context, seen);
  const { done, message } = await dispose(writer, seen);
  if (done) recorder.record(seen.platform, { type: 'Normal', reason: 'DataDeleted', message });
  else await report(context, seen, leavingStatus(seen, message, now()));
  return { is: 'done' };
}

/** The policy was changed to Retain just before: the volumes are made to outlive the platform, and it may go. */
async function release({ applier, floors, writer, now }: ReconcileContext, seen: Observed): Promise<Outcome> {
  const nowMs = now();
  const done = await applier.apply(seen, plan(seen, floors.at(seen.platform, nowMs), nowMs));
  applier.forget(seen.platform.metadata.uid);
  if (!isDone(done)) return { is: 'retry', error: done.failed ?? new Error(done.refused?.message ?? 'refused') };
  await writer.finalize(seen.platform, { present: false });
  return { is: 'done' };
}

const isDone = ({ failed, refused }: Done): boolean => failed === undefined && refused === undefined;

function outcome({ failed, refused }: Done, times: readonly (number | undefined)[], nowMs: number): Outcome {
  if (failed !== undefined) return { is: 'retry', error: failed };
  const again = refused === undefined ? undefined : nowMs + REFUSED_AGAIN_MS;
  const next = Math.min(...[...times, again].filter((ms) => ms !== undefined));
  return next === Infinity ? { is: 'done' } : { is: 'requeueAfter', ms: Math.max(0, next - nowMs) };
}

type Reported = { readonly ok: true } | { readonly ok: false; readonly error: RefusedError };

/** Writes the status when it has changed. @returns whether it was accepted; one that is refused will always be. */
async function report(context: ReconcileContext, seen: Observed, next: Status): Promise<Reported> {
  const before = seen.platform.status;
  if (isDeepStrictEqual(before, next)) return { ok: true };
  try {
    await context.writer.report(seen.platform, next);
  } catch (error) {
    if (error instanceof RefusedError) return { ok: false, error };
    throw error;
  }
  for (const condition of next.conditions ?? []) announce(context.recorder, seen, condition);
  return { ok: true };
}

/** An Event for each change that a person would want to read about: readiness and trouble. */
function announce(recorder: Recorder, seen: Observed, condition: Condition): void {
  if (condition.type !== 'Ready' && condition.type !== 'Degraded') return;
  const before = seen.platform.status?.conditions?.find((former) => former.type === condition.type);
  const changed = before?.status !== condition.status || before.reason !== condition.reason;
  const bad = condition.type === 'Degraded' && condition.status === 'True';
  if (!changed || (condition.type === 'Degraded' && !bad)) return;
  const { reason, message } = condition;
  recorder.record(seen.platform, { type: bad ? 'Warning' : 'Normal', reason, message });
}
