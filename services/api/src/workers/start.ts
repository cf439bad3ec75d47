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

/** Ends the work. @returns once what is under way is done. */
export type Stop = () => Promise<void>;

/** @returns what begins the work. @throws Error for settings that cannot be worked with, before anything is begun. */
export function prepareWorkers({ config, db, metrics, log }: Context): () => Stop {
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
  return () => {
    const stops = work.map((each) => repeat(each, { log, failed }));
    return async () => {
      await Promise.all(stops.map(async (stop) => stop()));
    };
  };
}
