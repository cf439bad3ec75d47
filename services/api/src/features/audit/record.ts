/** How the audit is written: by whoever does something that must be seen later, in the transaction that does it. */
import { randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { subjectOf, type Actor } from '../../access/roles.ts';
import { beforeCommit } from '../../data/transaction.ts';
import {
  linkAfter,
  personalDigest,
  type Detail,
  type Head,
  type Link,
  type PersonalFields,
} from '../../domain/audit-chain.ts';

export interface AuditEntry {
  readonly actor: Actor;
  /** What was done, as `classroom.code-rotated`: the thing and the verb. */
  readonly action: string;
  /** What it was done to, as `classroom:ID`. Nothing personal: it stays as long as the audit. */
  readonly object: string;
  /** More to know of it: numbers, words of ours, ids. Nothing personal and no free text. */
  readonly detail?: Detail;
  /** What says who a person is, as an address of mail: kept beside the chain and deleted on its own time. */
  readonly personal?: PersonalFields;
}

interface Personal {
  readonly salt: Buffer;
  readonly fields: PersonalFields;
}

/** What a transaction has recorded so far; gone with it. */
const recorded = new WeakMap<Transaction<DB>, AuditEntry[]>();

/**
 * Records an entry in a transaction: it is there when the transaction is, and not otherwise. May be called anywhere in it;
 * the chain's lock, for which all others wait, is taken by its last statements.
 */
export async function record(db: Transaction<DB>, entry: AuditEntry): Promise<void> {
  const entries = recorded.get(db);
  if (entries !== undefined) {
    entries.push(entry);
    return;
  }
  recorded.set(db, [entry]);
  await beforeCommit(db, async () => {
    const all = recorded.get(db) ?? [];
    recorded.delete(db);
    await append(db, all);
  });
}

async function append(db: Transaction<DB>, entries: readonly AuditEntry[]): Promise<void> {
  const personals = entries.map(({ personal }) => sealed(personal));
  const links: Link[] = [];
  let head = await lockedHead(db);
  for (const [index, { actor, action, object, detail = {} }] of entries.entries()) {
    const { salt, fields } = personals[index] ?? {};
    const digest = salt === undefined || fields === undefined ? null : personalDigest(salt, fields);
    const content = { actor: nameOf(actor), action, object, detail, personalDigest: digest, at: new Date() };
    const link = linkAfter(head, content);
    links.push(link);
    head = link;
  }
  await db.insertInto('audit_entries').values(links.map(rowOf)).execute();
  const personalRows = links.flatMap(({ sequence }, index) => {
    const personal = personals[index];
    return personal === undefined ? [] : [{ sequence, salt: personal.salt, fields: JSON.stringify(personal.fields) }];
  });
  if (personalRows.length > 0) await db.insertInto('audit_personal').values(personalRows).execute();
}

const sealed = (fields: PersonalFields | undefined): Personal | undefined =>
  fields === undefined ? undefined : { salt: randomBytes(32), fields };

/** From here to the commit nobody else appends. The head itself is moved by the database as entries come (0009-audit). */
async function lockedHead(db: Transaction<DB>): Promise<Head> {
  const { sequence, hash } = await db
    .selectFrom('audit_head')
    .select(['sequence', 'hash'])
    .modifyEnd(sql`for update`)
    .executeTakeFirstOrThrow();
  return { sequence: Number(sequence), hash };
}

const nameOf = (actor: Actor): string => subjectOf(actor) ?? actor.kind;

const rowOf = ({ sequence, at, actor, action, object, detail, personalDigest: digest, previousHash, hash }: Link) => ({
  sequence,
  at,
  actor,
  action,
  object,
  detail: JSON.stringify(detail),
  personal_digest: digest,
  previous_hash: previousHash,
  hash,
});
