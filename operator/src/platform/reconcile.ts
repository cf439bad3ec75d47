/** How one platform is kept as its spec asks. The page to read first: observe → plan → apply → report. */
import { isDeepStrictEqual } from 'node:util';
import type { Condition, Status } from '@heroes/crds/status.ts';
import type { Applier } from './apply.ts';
import type { Key, Reader, Recorder, Writer } from './cluster.ts';
import { observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { plan, type Plan } from './plan.ts';
import { status } from './status.ts';

export interface ReconcileContext {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly applier: Applier;
  readonly recorder: Recorder;
  readonly metrics: { observeBackups(key: Key, successRate: number | undefined): void; forget(key: Key): void };
  readonly now: () => number;
}

/** @returns the function that reconciles one key, and tells after how many milliseconds to do so again. */
export function createReconcile(context: ReconcileContext): (key: Key) => Promise<{ requeueAfterMs?: number }> {
  return async (key) => {
    const seen = observe(context.reader, key);
    if (seen === undefined) {
      context.metrics.forget(key);
      return {};
    }
    const nowMs = context.now();
    const planned = plan(seen, nowMs);
    const done = await context.applier.apply(seen, planned);
    await report(context, seen, status(seen, { plan: planned, done }, nowMs));
    context.metrics.observeBackups(key, planned.backupSuccessRate);
    return requeue(planned, nowMs);
  };
}

function requeue({ replanAtMs }: Plan, nowMs: number): { requeueAfterMs?: number } {
  return replanAtMs === undefined ? {} : { requeueAfterMs: Math.max(0, replanAtMs - nowMs) };
}

async function report(context: ReconcileContext, seen: Observed, next: Status): Promise<void> {
  const before = seen.platform.status;
  if (isDeepStrictEqual(before, next)) return;
  await context.writer.report(seen.platform, next);
  for (const condition of next.conditions ?? []) announce(context.recorder, seen, condition);
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
