/** How long what is kept: published, what it would delete now, and the evidence of what it has deleted. */
import { sql, type Transaction } from 'kysely';
import { Type } from 'typebox';
import { KEPT_CLASSES, TARGETS, type KeptClass, type Target } from '@heroes/migrations/retention.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { cutoffOf, type RetentionPolicy } from '@heroes/runtime/retention-policy.ts';
import { setActor } from '../../data/transaction.ts';
import { conditional, represent } from '../../http/conditional.ts';
import { pageFrom, pageRequest } from '../../http/paging.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { comesAfter, NEWEST_PARTS, positionAt } from './newest.ts';

const LIST = 'retention runs';
const FOR_EVERYBODY = 'public, max-age=3600';
/** More are not counted: it is known by then that there is much. */
const MOST_COUNTED = 10_000;

const declared = { tag: 'Privacy', data: 'Operational', retention: 'Evidence' } as const satisfies Partial<Declaration>;

const Class = Type.String({ description: 'Class of data; GET /v1/privacy/data-elements says what is of which.' });
const Days = Type.Integer({ minimum: 1, maximum: 9999, description: 'Days for which it is kept.' });
const Version = Type.String({ description: 'Digest of the policy.' });

const readPolicy = route(
  {
    ...declared,
    retention: 'None',
    method: 'GET',
    path: '/v1/privacy/retention-policy',
    summary: 'How long what is kept, what for, and why so long (16 CFR 312.10)',
    access: 'public',
    rate: 'open',
    schemas: {},
    answers: {
      200: {
        description: 'The policy. What is of a class that is not in it is not deleted by age.',
        schema: closed({
          version: Version,
          classes: Type.Array(closed({ class: Class, maxAgeDays: Days, purpose: Type.String(), need: Type.String() })),
        }),
      },
      304: { description: 'The client has it.' },
    },
  },
  async (call, { retention: { version, rules } }) => {
    const json = JSON.stringify({ version, classes: rules });
    return Promise.resolve(conditional(call, represent(json), FOR_EVERYBODY));
  },
);

const Run = closed({
  id: Uuid,
  class: Class,
  policyVersion: Version,
  cutoff: { ...Time, description: 'What was of before this time was due.' },
  rows: Type.Integer({ description: 'Rows that were deleted.' }),
  rowsByTable: Type.Record(Type.String(), Type.Integer(), { description: 'The same by table.' }),
  startedAt: Time,
  finishedAt: Type.Union([Time, Type.Null()], { description: 'Null while it runs, or since it was cut off.' }),
});

const listRuns = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/privacy/retention-runs',
    summary: 'List what was deleted by age, the newest first',
    access: { district_admin: 'any', platform_operator: 'any' },
    rate: 'subject',
    schemas: {
      query: closed({
        ...PAGING,
        class: Type.Optional(Type.Enum([...KEPT_CLASSES], { type: 'string', description: 'Of which class.' })),
      }),
    },
    answers: { 200: { description: 'A page of runs.', schema: pageOf(Run) } },
  },
  async ({ query, tx }) => {
    const { limit, after } = pageRequest(LIST, NEWEST_PARTS, query);
    const found = await tx(async (db) => {
      let runs = db.selectFrom('retention_runs').selectAll().where(comesAfter(after, 'started_at'));
      if (query.class !== undefined) runs = runs.where('class', '=', query.class);
      return runs
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
    });
    const position = (run: (typeof found)[number]) => positionAt(run.started_at, run.id);
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position });
    const items = rows.map((run) => ({
      id: run.id,
      class: run.class,
      policyVersion: run.policy_version,
      cutoff: run.cutoff.toISOString(),
      rows: run.rows_deleted,
      rowsByTable: run.rows_by_table,
      startedAt: run.started_at.toISOString(),
      finishedAt: run.finished_at?.toISOString() ?? null,
    }));
    return { status: 200, body: { items, nextCursor } };
  },
);

const preview = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/privacy/retention/preview',
    summary: 'Count what would be deleted now, under the policy or with other days',
    access: { district_admin: 'any', platform_operator: 'any' },
    rate: 'subject',
    priority: 'deferrable',
    schemas: {
      body: closed({
        classes: Type.Optional(
          Type.Array(closed({ class: Type.Enum([...KEPT_CLASSES], { type: 'string' }), maxAgeDays: Days }), {
            maxItems: KEPT_CLASSES.length,
            description: 'Days to try instead of the policy’s.',
          }),
        ),
      }),
    },
    answers: {
      200: {
        description: 'What is due now, by table; what would go along with it is not counted.',
        schema: closed({
          policyVersion: Version,
          tables: Type.Array(
            closed({
              class: Class,
              table: Type.String(),
              cutoff: Time,
              rows: Type.Integer({ description: 'Rows that are due.' }),
              isMore: Type.Boolean({ description: 'Whether there are more than were counted.' }),
            }),
          ),
          withoutPolicy: Type.Array(Class, { description: 'Classes of which nothing is deleted.' }),
        }),
      },
    },
  },
  async ({ body: { classes = [] }, tx }, { retention }) => {
    const days = daysOf(retention, classes);
    const tables = await tx(async (db) => {
      // What is due is counted, not shown: the asker need not be let see it.
      await setActor(db, { kind: 'worker' });
      return countDue(db, { days, nowMs: Date.now() });
    });
    const withoutPolicy = KEPT_CLASSES.filter((each) => !days.has(each));
    return { status: 200, body: { policyVersion: retention.version, tables, withoutPolicy } };
  },
);

export const RETENTION_ROUTES: readonly Route[] = [readPolicy, listRuns, preview];

type Days = ReadonlyMap<string, number>;

const daysOf = (
  { rules }: RetentionPolicy,
  other: readonly { readonly class: KeptClass; readonly maxAgeDays: number }[],
): Days => new Map([...rules, ...other].map((rule) => [rule.class, rule.maxAgeDays]));

interface Due {
  readonly class: KeptClass;
  readonly table: string;
  readonly cutoff: string;
  readonly rows: number;
  readonly isMore: boolean;
}

async function countDue(db: Transaction<DB>, { days, nowMs }: { days: Days; nowMs: number }): Promise<Due[]> {
  // Without a time nothing of a class goes: none is due before 1970.
  const cutoff = (kept: KeptClass): Date => {
    const maxAgeDays = days.get(kept);
    return maxAgeDays === undefined ? new Date(0) : cutoffOf({ maxAgeDays }, nowMs);
  };
  const due: Due[] = [];
  for (const target of TARGETS.filter((each) => days.has(each.class))) {
    const rows = await countTarget(db, target, cutoff);
    due.push({
      class: target.class,
      table: target.table,
      cutoff: cutoff(target.class).toISOString(),
      rows: Math.min(rows, MOST_COUNTED),
      isMore: rows > MOST_COUNTED,
    });
  }
  return due;
}

async function countTarget(db: Transaction<DB>, target: Target, cutoff: (kept: KeptClass) => Date): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from (
    select from ${sql.table(target.table)} where ${target.due(cutoff)} limit ${MOST_COUNTED + 1}) due`.execute(db);
  return Number(rows[0]?.count);
}
