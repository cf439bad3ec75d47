/** What the audit's suites share: entries, verification, and what only who owns the database could do to it. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Account } from '@heroes/api/access/roles.ts';
import { asActor } from '@heroes/api/data/transaction.ts';
import { record, type AuditEntry } from '@heroes/api/features/audit/record.ts';
import { bearer, type Person } from './people.ts';
import { startStack, type Stack } from './stack.ts';

/** A stack that refuses nobody because of rates or load: the suites ask more often than people do, on whatever machine. */
export const startUnhurried = async (settings: Readonly<Record<string, string>> = {}): Promise<Stack> =>
  startStack({
    settings,
    adapt: (context) => ({
      ...context,
      rates: { ...context.rates, admit: async () => Promise.resolve() },
      shedding: { ...context.shedding, admit: () => undefined, admitToDatabase: () => undefined },
    }),
  });

export const districtAdmin = ({ accountId }: Person): Account => ({
  kind: 'account',
  accountId,
  signInId: accountId,
  grants: [{ role: 'district_admin' }],
});

/** Records an entry as a handler would. */
export async function recordOne({ context }: Stack, person: Person, entry: Partial<AuditEntry> = {}): Promise<void> {
  const actor = districtAdmin(person);
  await asActor(context.db, actor, async (db) => {
    await record(db, { actor, action: 'test.done', object: 'test', ...entry });
  });
}

export interface ShownHead {
  readonly sequence: number;
  readonly hash: string;
}

export interface ShownVerdict {
  readonly complete: boolean;
  readonly entries: number;
  readonly reached: ShownHead;
  readonly head: ShownHead;
  readonly fault: { readonly sequence: number; readonly reason: string } | null;
  readonly anchors: readonly (ShownHead & { readonly place: string; readonly holds: boolean })[];
}

export async function verifyAs({ app }: Stack, person: Person, payload: object = {}): Promise<ShownVerdict> {
  const answer = await app.inject({ method: 'POST', url: '/v1/audit/verify', headers: bearer(person), payload });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

/** Does something to the audit that its guards would refuse, as who owns the database can. */
export async function tamper({ db }: Stack, statement: string): Promise<void> {
  await sql`alter table audit_entries disable trigger user`.execute(db);
  await sql.raw(statement).execute(db);
  await sql`alter table audit_entries enable trigger user`.execute(db);
}

const KEPT = ['audit_entries', 'audit_personal', 'audit_head'] as const;

/** Does something to the audit, says what verification found, and makes it as it was. */
export async function faultAfter(stack: Stack, person: Person, statement: string): Promise<ShownVerdict['fault']> {
  for (const table of KEPT) await sql.raw(`create table kept_${table} as table ${table}`).execute(stack.db);
  try {
    await tamper(stack, statement);
    return (await verifyAs(stack, person)).fault;
  } finally {
    const back = KEPT.map((table) => `insert into ${table} select * from kept_${table}; drop table kept_${table}`);
    await tamper(stack, `truncate ${KEPT.join(', ')}; ${back.join('; ')}`);
    expect((await verifyAs(stack, person)).fault).toBeNull();
  }
}
