/** What every pod does beside the requests: the list of it. Several pods do it at the same time, and each item is done by one. */
import type { Context } from '../context.ts';
import { makeNext } from '../features/exports/make.ts';
import { deliverDue } from '../features/outbox/deliver.ts';
import { measure } from '../features/outbox/measure.ts';
import { openWebhook } from '../features/outbox/webhook.ts';
import { escalateDue } from '../features/safety/escalation.ts';
import { outgoing } from '../resilience/outgoing.ts';
import { repeat } from './repeat.ts';

const SOON_MS = 1_000;
const SOMETIMES_MS = 15_000;

/** @returns what stops it, once what is under way is done. @throws Error for settings that cannot be worked with. */
export function startWorkers({ config, db, metrics, log }: Context): () => Promise<void> {
  const webhook = openWebhook(config, outgoing);
  const work = [
    { name: 'escalate', everyMs: SOON_MS, work: async () => escalateDue(db) },
    { name: 'deliver', everyMs: SOON_MS, work: async () => deliverDue({ db, metrics, log }, webhook) },
    { name: 'export', everyMs: SOON_MS, work: async () => makeNext(db) },
    { name: 'measure', everyMs: SOMETIMES_MS, work: async () => measure(db, metrics) },
  ];
  const failed = (name: string): void => {
    metrics.workFailures.inc({ work: name });
  };
  const stops = work.map((each) => repeat(each, { log, failed }));
  return async () => {
    await Promise.all(stops.map(async (stop) => stop()));
  };
}
