/**
 * `retention`: deletes what is past its time, class by class, in batches that each leave what they did. Whatever stops it,
 * the next run goes on; what has no policy is never deleted.
 */
import { sql, type Kysely, type Transaction } from 'kysely';
import {
  added,
  classesWith,
  deleteWhole,
  deleteWhere,
  KEPT_CLASSES,
  PARTS,
  TARGETS,
  type Condition,
  type Counts,
  type KeptClass,
  type Target,
} from '@heroes/migrations/retention.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import { cutoffOf, parseRetentionPolicy, type RetentionPolicy } from '@heroes/runtime/retention-policy.ts';
import type { RetentionConfig } from './config.ts';
import { openDatabase } from './database.ts';

/** Rows of a transaction, so that it holds locks for a moment alone; fewer of those that take others with them. */
const BATCH = 1_000;
const WHOLE_BATCH = 50;

/** What a run leaves as its last words. */
export interface RetentionOutcome {
  readonly policyVersion: string;
  readonly classes: readonly { readonly class: KeptClass; readonly cutoff: string; readonly rows: number }[];
  /** Classes that were left alone, since a policy is missing. */
  readonly skipped: readonly KeptClass[];
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** Connects as the owner of the tables and enforces the policy that the setting gives. */
export async function runRetention(config: RetentionConfig, log: Logger): Promise<RetentionOutcome> {
  const policy = parseRetentionPolicy(config.RETENTION_POLICY);
  const db = openDatabase(config, 'heroes-retention');
  try {
    return await enforceRetention(db, { policy, log, nowMs: Date.now() });
  } finally {
    await db.destroy();
  }
}

export interface Enforcement {
  readonly policy: RetentionPolicy;
  readonly log: Logger;
  readonly nowMs: number;
}

/** Deletes what is due at a time. @returns what it did. @throws Error when the database does; what was done stays done. */
export async function enforceRetention(db: Kysely<DB>, { policy, log, nowMs }: Enforcement): Promise<RetentionOutcome> {
  const startedAt = new Date().toISOString();
  const rules = new Map(policy.rules.map((rule) => [rule.class, rule]));
  const classes: { class: KeptClass; cutoff: string; rows: number }[] = [];
  const skipped: KeptClass[] = [];
  for (const kept of KEPT_CLASSES) {
    const missing = needed(kept).filter((each) => !rules.has(each));
    if (missing.length > 0) {
      log.warn({ class: kept, missing }, 'nothing of the class is deleted: a policy is missing');
      skipped.push(kept);
      continue;
    }
    const cutoff = (each: KeptClass): Date => {
      const rule = rules.get(each);
      if (rule === undefined) throw new Error(`${each} has no policy`);
      return cutoffOf(rule, nowMs);
    };
    const run = { kept, cutoff, version: policy.version, log };
    classes.push({ class: kept, cutoff: cutoff(kept).toISOString(), rows: await enforceClass(db, run) });
  }
  return { policyVersion: policy.version, classes, skipped, startedAt, finishedAt: new Date().toISOString() };
}

/** @returns the classes that must have a time before anything of one may be deleted: its own, and what goes with its rows. */
export const needed = (kept: KeptClass): readonly KeptClass[] => [
  ...new Set([kept, ...TARGETS.filter((each) => each.class === kept).flatMap(({ table }) => classesWith(table))]),
];

interface Run {
  readonly kept: KeptClass;
  readonly cutoff: (kept: KeptClass) => Date;
  readonly version: string;
  readonly log: Logger;
}

async function enforceClass(db: Kysely<DB>, { kept, cutoff, version, log }: Run): Promise<number> {
  const { id } = await db
    .insertInto('retention_runs')
    .values({ class: kept, policy_version: version, cutoff: cutoff(kept) })
    .returning('id')
    .executeTakeFirstOrThrow();
  let total: Counts = {};
  for (const target of TARGETS.filter((each) => each.class === kept)) {
    for (;;) {
      const { found, counts } = await deleteBatch(db, { target, due: target.due(cutoff), evidence: id });
      total = added(total, counts);
      if (found > 0) log.info({ class: kept, table: target.table, deleted: rowsOf(total) }, 'a batch was deleted');
      if (found < batchOf(target)) break;
    }
  }
  await db
    .updateTable('retention_runs')
    .set({ finished_at: sql`now()` })
    .where('id', '=', id)
    .execute();
  const rows = rowsOf(total);
  log.info(
    { class: kept, rows, cutoff: cutoff(kept), policyVersion: version },
    'the class holds nothing past its time',
  );
  return rows;
}

const rowsOf = (counts: Counts): number => Object.values(counts).reduce((sum, rows) => sum + rows, 0);

const takesOthers = ({ table }: Target): boolean => PARTS[table] !== undefined;
const batchOf = (target: Target): number => (takesOthers(target) ? WHOLE_BATCH : BATCH);

interface Batch {
  readonly target: Target;
  readonly due: Condition;
  /** Id of the run that it is told by. */
  readonly evidence: string;
}

/** Deletes, and says so, in one transaction: there is never one without the other. */
async function deleteBatch(db: Kysely<DB>, batch: Batch): Promise<{ readonly found: number; readonly counts: Counts }> {
  return db.transaction().execute(async (transaction) => {
    const { found, counts } = await deleteDue(transaction, batch);
    if (found > 0) await tell(transaction, batch.evidence, counts);
    return { found, counts };
  });
}

/** What somebody else holds at the moment is not waited for: it is due tomorrow as well. */
async function deleteDue(
  db: Transaction<DB>,
  { target, due }: Batch,
): Promise<{ readonly found: number; readonly counts: Counts }> {
  const { table } = target;
  const limit = batchOf(target);
  if (takesOthers(target)) {
    const { rows } = await sql<{
      id: string;
    }>`select id from ${sql.table(table)} where ${due} limit ${limit} for update skip locked`.execute(db);
    const ids = rows.map(({ id }) => id);
    return { found: ids.length, counts: ids.length === 0 ? {} : await deleteWhole(db, table, ids) };
  }
  const batch = sql`select ctid from ${sql.table(table)} where ${due} limit ${limit} for update skip locked`;
  const found = await deleteWhere(db, table, sql<boolean>`ctid = any(array(${batch}))`);
  return { found, counts: { [table]: found } };
}

async function tell(db: Transaction<DB>, id: string, counts: Counts): Promise<void> {
  const { rows_by_table: before } = await db
    .selectFrom('retention_runs')
    .select('rows_by_table')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const byTable = added(before as Counts, counts);
  await db
    .updateTable('retention_runs')
    .set({ rows_by_table: JSON.stringify(byTable), rows_deleted: rowsOf(byTable) })
    .where('id', '=', id)
    .execute();
}
