/** The list of what is deleted by age has every table and every class. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RETENTION_CLASSES } from '@heroes/api/http/classes.ts';
import { RETENTION_CLASSES as CRD_CLASSES } from '@heroes/crds/privacy.ts';
import { KEPT_CLASSES, NOT_BY_AGE, PARTS, TARGETS, type Table } from '@heroes/migrations/retention.ts';
import { startStack, type Stack } from './stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe('the list of what is deleted', () => {
  it('has the classes that routes are declared by, and that a district sets', () => {
    expect(RETENTION_CLASSES.filter((each) => each !== 'None' && each !== 'Curriculum')).toEqual([...KEPT_CLASSES]);
    expect([...CRD_CLASSES].sort()).toEqual([...KEPT_CLASSES].sort());
  });

  it('forgets no table', async () => {
    const { rows } = await sql<{ table: string }>`
      select table_name as table from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%'`.execute(stack.db);
    const parts = Object.values(PARTS).flatMap((each) => each.map(({ table }) => table));
    const known = new Set<string>([...TARGETS.map(({ table }) => table), ...parts, ...Object.keys(NOT_BY_AGE)]);
    expect(rows.map(({ table }) => table).filter((table) => !known.has(table))).toEqual([]);
  });

  it('counts all that the database takes along', async () => {
    const { rows } = await sql<{ parent: string; child: string; column: string }>`
      select parent.relname as parent, child.relname as child, a.attname as column
      from pg_constraint c join pg_class parent on parent.oid = c.confrelid join pg_class child on child.oid = c.conrelid
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and c.confdeltype = 'c'`.execute(stack.db);
    const deleted = rows.filter(({ parent }) => NOT_BY_AGE[parent as Table] === undefined);
    const named = Object.entries(PARTS).flatMap(([parent, each]) =>
      each.map(({ table, column }) => ({ parent, child: table, column })),
    );
    const worded = (all: readonly { parent: string; child: string; column: string }[]) =>
      all.map(({ parent, child, column }) => `${child}.${column} → ${parent}`).sort();
    expect(worded(named)).toEqual(worded(deleted));
  });
});
