/** How one platform is kept as its spec asks. The page to read first: observe → plan → apply → report. */
import { isDeepStrictEqual } from 'node:util';
import type { Status } from '@heroes/crds/status.ts';
import { suspectCredentials } from '../features/credentials/suspect.ts';
import { needsFinalizer } from '../features/deletion/decide.ts';
import type { Outcome } from '../kube/controller.ts';
import { keyOf } from '../kube/resource.ts';
import { currentWork } from '../kube/work.ts';
import { announcements } from './announce.ts';
import type { Applier } from './apply.ts';
import { RefusedError, type Key, type Reader, type Recorder, type Writer } from './cluster.ts';
import { dispose, isFinalized, lacksFinalizer, mayLoseFinalizer, ownedVolumes } from './dispose.ts';
import { standingFloor } from './facts.ts';
import type { Floors } from './floors.ts';
import { credentialsLost, observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { plan, type Plan } from './plan.ts';
import type { createPlatformMetrics } from '../metrics.ts';
import { leavingStatus, status, type Done } from './status.ts';

export interface ReconcileContext {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly applier: Applier;
  readonly floors: Floors;
  readonly recorder: Recorder;
  readonly metrics: ReturnType<typeof createPlatformMetrics>;
  readonly now: () => number;
  /** By namespace and name: whom we remember something of. A platform that is gone is told of by its name alone. */
  readonly uids: Map<string, string>;
  /** By uid: when its status was last written, epoch milliseconds. */
  readonly toldMs: Map<string, number>;
}

/** How long a status may be behind in its words and numbers alone; what it comes to is written at once. */
const WORDS_MS = 5_000;

/** What was refused may be accepted later without a word to us, as when a quota is raised; milliseconds. */
const REFUSED_AGAIN_MS = 5 * 60_000;

/** @returns the function that reconciles one key. */
export function createReconcile(parts: Omit<ReconcileContext, 'uids' | 'toldMs'>): (key: Key) => Promise<Outcome> {
  const context = { ...parts, uids: new Map<string, string>(), toldMs: new Map<string, number>() };
  return async (key) => {
    try {
      return await reconcile(context, key);
    } catch (error) {
      // What is asked of a child and refused is in the status; this is what else is refused, as a finalizer by a policy.
      if (error instanceof RefusedError) return { is: 'terminal', error, againMs: REFUSED_AGAIN_MS };
      throw error;
    }
  };
}

async function reconcile(context: ReconcileContext, key: Key): Promise<Outcome> {
  const seen = observe(context.reader, key);
  if (seen === undefined) {
    forget(context, key);
    return { is: 'done' };
  }
  const { uid, generation } = seen.platform.metadata;
  if (context.uids.get(keyOf(key)) !== uid) forget(context, key);
  context.uids.set(keyOf(key), uid);
  Object.assign(currentWork()?.fields ?? {}, { generation });
  if (seen.platform.metadata.deletionTimestamp !== undefined) return leave(context, key, seen);
  // Before anything is made that it must undo, and off only after all that is done.
  if (lacksFinalizer(seen)) await context.writer.finalize(seen.platform, { present: true });
  return keep(context, key, seen);
}

async function keep(context: ReconcileContext, key: Key, seen: Observed): Promise<Outcome> {
  const { reader, writer, applier, floors, now } = context;
  const nowMs = now();
  const suspicion = suspectCredentials(seen.pods, nowMs);
  const lost = suspicion.now && (await credentialsLost(writer, seen));
  const floor = floors.at(seen.platform, nowMs, standingFloor(seen));
  const planned = plan({ ...seen, credentialsLost: lost }, floor, nowMs);
  const done = await applier.apply(seen, planned);
  // Seen again: the caches hold what was just written, and only of that may be spoken.
  const after = observe(reader, key);
  const next = outcome(done, [planned.replanAtMs, suspicion.againAtMs], nowMs);
  // It asks for something else by now, for which its key is queued: of that nothing was planned yet.
  if (after === undefined || !asksForTheSame(seen, after)) return next;
  if (mayLoseFinalizer(after)) await writer.finalize(after.platform, { present: false });
  const latest = observe(reader, key) ?? after;
  const told = status(latest, { plan: planned, done }, nowMs);
  measure(context, latest, { told, planned });
  const reported = await report(context, latest, { next: told, planned });
  if (!reported.ok) return done.failed !== undefined ? next : refusedToo(next, reported.error);
  return reported.againAtMs === undefined ? next : sooner(next, reported.againAtMs - nowMs);
}

interface Kept {
  readonly told: Status;
  readonly planned: Plan;
}

function measure({ metrics }: ReconcileContext, { platform }: Observed, { told, planned }: Kept): void {
  const { namespace, name, creationTimestamp } = platform.metadata;
  const key = { namespace, name };
  metrics.observeBackups(key, planned.backupSuccessRate);
  metrics.observeBells(platform, { floor: planned.floor?.floor, readyPods: told.api?.readyReplicas ?? 0 });
  metrics.observeJobs(key, told, creationTimestamp);
}

/** @returns the outcome, and that it be asked again after a time at the latest. */
function sooner(next: Outcome, ms: number): Outcome {
  if (next.is === 'done') return { is: 'requeueAfter', ms: Math.max(0, ms) };
  return next.is === 'requeueAfter' ? { is: 'requeueAfter', ms: Math.max(0, Math.min(next.ms, ms)) } : next;
}

function asksForTheSame({ platform: before }: Observed, { platform: after }: Observed): boolean {
  const wish = ({ metadata }: Observed['platform']): readonly unknown[] => [
    metadata.uid,
    metadata.generation,
    metadata.deletionTimestamp,
  ];
  return isDeepStrictEqual(wish(before), wish(after));
}

/** A status that is refused keeps no bell from being heard. */
function refusedToo(next: Outcome, error: RefusedError): Outcome {
  const dueMs = next.is === 'requeueAfter' ? next.ms : Infinity;
  return { is: 'terminal', error, againMs: Math.min(dueMs, REFUSED_AGAIN_MS) };
}

/** A platform that is being deleted: gone are its metrics and what we remember; what is left to do holds the finalizer. */
async function leave(context: ReconcileContext, key: Key, seen: Observed): Promise<Outcome> {
  const { writer, recorder, now } = context;
  if (isFinalized(seen) && !needsFinalizer(seen.platform.spec)) return release(context, key, seen);
  forget(context, key);
  if (!isFinalized(seen)) return { is: 'done' };
  const { done, message } = await dispose(writer, seen);
  if (!done) {
    await report(context, seen, { next: leavingStatus(seen, message, now()) });
    return { is: 'done' };
  }
  // Said before it goes: of what is gone nothing more can be said.
  await recorder.record(seen.platform, { type: 'Normal', reason: 'DataDeleted', message });
  await writer.finalize(seen.platform, { present: false });
  return { is: 'done' };
}

/** The policy was changed to Retain just before: the volumes are made to outlive the platform, and it may go. */
async function release(context: ReconcileContext, key: Key, seen: Observed): Promise<Outcome> {
  const { reader, writer, applier, floors, now } = context;
  const nowMs = now();
  const planned = plan(seen, floors.at(seen.platform, nowMs, standingFloor(seen)), nowMs);
  const done = await applier.apply(seen, planned);
  const after = observe(reader, key);
  if (after === undefined || !asksForTheSame(seen, after)) return outcome(done, [], nowMs);
  if (mayLoseFinalizer(after)) {
    await writer.finalize(after.platform, { present: false });
    forget(context, key);
    return { is: 'done' };
  }
  await report(context, after, { next: leavingStatus(after, waitingForRelease(after, planned, done), nowMs) });
  return outcome(done, [], nowMs);
}

function waitingForRelease(seen: Observed, { refusal }: Plan, { refused }: Done): string {
  const names = ownedVolumes(seen).map(({ metadata }) => metadata.name);
  const why =
    refusal?.message ?? refused?.message ?? (seen.platform.spec.paused ? 'set spec.paused to false' : undefined);
  return `the volumes would go with the platform until they are released: ${names.join(', ')}${why === undefined ? '' : `; ${why}`}`;
}

/** Whatever is remembered of a platform that is gone, or is going. */
function forget({ uids, toldMs, applier, floors, metrics }: ReconcileContext, key: Key): void {
  const uid = uids.get(keyOf(key));
  uids.delete(keyOf(key));
  metrics.forget(key);
  if (uid === undefined) return;
  applier.forget(uid);
  floors.forget(uid);
  toldMs.delete(uid);
}

function outcome({ failed, refused }: Done, times: readonly (number | undefined)[], nowMs: number): Outcome {
  const again = refused === undefined ? undefined : nowMs + REFUSED_AGAIN_MS;
  const next = Math.min(...[...times, again].filter((ms) => ms !== undefined));
  const ms = Math.max(0, next - nowMs);
  // A bell does not wait until something else has stopped failing.
  if (failed !== undefined) return { is: 'retry', error: failed, ...(next === Infinity ? {} : { withinMs: ms }) };
  return next === Infinity ? { is: 'done' } : { is: 'requeueAfter', ms };
}

type Reported =
  { readonly ok: true; readonly againAtMs?: number } | { readonly ok: false; readonly error: RefusedError };

interface Told {
  readonly next: Status;
  /** What it is the status of; nothing is planned any more for a platform that leaves. */
  readonly planned?: Plan;
}

/** Writes the status when it has changed. @returns whether it was accepted; one that is refused will always be. */
async function report(context: ReconcileContext, seen: Observed, { next, planned }: Told): Promise<Reported> {
  const before = ourPart(seen.platform.status, next);
  if (isDeepStrictEqual(before, next)) return { ok: true };
  const { uid } = seen.platform.metadata;
  const againAtMs = (context.toldMs.get(uid) ?? -Infinity) + WORDS_MS;
  if (againAtMs > context.now() && comesToTheSame(before, next)) return { ok: true, againAtMs };
  try {
    await context.writer.report(seen.platform, next);
  } catch (error) {
    if (error instanceof RefusedError) return { ok: false, error };
    throw error;
  }
  context.toldMs.set(uid, context.now());
  for (const event of announcements(seen.platform.status, next, planned?.floor?.due))
    void context.recorder.record(seen.platform, event);
  return { ok: true };
}

/** @returns whether two statuses differ in words and numbers alone, as while one pod after the other becomes ready. */
function comesToTheSame(before: Status | undefined, next: Status): boolean {
  const essence = ({ observedGeneration, conditions = [], schedule, backup }: Status): readonly unknown[] => [
    observedGeneration,
    conditions.map(({ type, status, reason }) => [type, status, reason]),
    schedule,
    backup,
  ];
  return before !== undefined && isDeepStrictEqual(essence(before), essence(next));
}

/** Conditions of types that we do not report are others', who may add them. */
function ourPart(before: Status | undefined, { conditions: ours = [] }: Status): Status | undefined {
  const conditions = before?.conditions?.filter(({ type }) => ours.some((condition) => condition.type === type));
  return conditions === undefined ? before : { ...before, conditions };
}
