/** What is in all tables, so that two moments can be compared. */
import { sql, type Kysely } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';

/** By table: its rows, each as PostgreSQL writes it, sorted. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

/** Filled by the server on its own time, not by what a request does. */
const OWN_TIME = ['signing_keys'];

/** @returns the names of all tables, ascending. */
export async function tablesOf(db: Kysely<DB>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`.execute(db);
  return rows.map(({ name }) => name);
}

/** @param db - as the owner of the tables */
export async function snapshot(db: Kysely<DB>): Promise<Snapshot> {
  const tables = (await tablesOf(db)).filter((table) => !OWN_TIME.includes(table));
  const contents = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(db);
      return [table, rows.map(({ row }) => row).sort()] as const;
    }),
  );
  return Object.fromEntries(contents);
}

/** @returns by table, a digest of its rows: for comparing often. */
export async function digests(db: Kysely<DB>): Promise<Readonly<Record<string, string>>> {
  const tables = (await tablesOf(db)).filter((table) => !OWN_TIME.includes(table));
  const each = tables.map(
    (table) =>
      sql`select ${table} as name, md5(string_agg(t::text, '' order by t::text)) as digest from ${sql.table(table)} t`,
  );
  const { rows } = await sql<{ name: string; digest: string | null }>`${sql.join(each, sql` union all `)}`.execute(db);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest ?? '']));
}

interface Change {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** @returns by table, which rows went and which came; tables that are as they were are left out. */
export function changes(before: Snapshot, after: Snapshot): Readonly<Record<string, Change>> {
  const compared = Object.keys(after).map((table) => {
    const [old, now] = [new Set(before[table]), new Set(after[table])];
    return [table, { gone: [...old.difference(now)], come: [...now.difference(old)] }] as const;
  });
  return Object.fromEntries(compared.filter(([, { gone, come }]) => gone.length + come.length > 0));
}

/** @returns the rows that hold any of some ids. */
export const rowsThat = (rows: readonly string[], ids: readonly string[]): string[] =>
  rows.filter((row) => ids.some((id) => row.includes(id)));
