/**
 * `anchor-audit`: gives the end of the audit's chain away, to be kept outside of the database. Whoever makes the whole chain
 * anew then has to change what was kept elsewhere too. A chain that does not hold since the last anchor gets none.
 */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { DatabaseConfig } from './config.ts';
import { openDatabase } from './database.ts';

export interface Anchor {
  readonly sequence: number;
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
  readonly at: string;
}

/** What a run leaves as its last words: the operator keeps it. Null while the audit is empty. */
export interface AnchorOutcome {
  readonly anchor: Anchor | null;
}

/** Where `POST /v1/audit/verify` says that such an anchor is from. */
const PLACE = 'database, by anchor-audit';

/** Connects as the owner of the tables. @throws Error when the chain does not hold. */
export async function runAnchor(config: DatabaseConfig, log: Logger): Promise<AnchorOutcome> {
  const db = openDatabase(config, 'heroes-anchor-audit');
  try {
    const anchor = await anchorAudit(db);
    log.info({ sequence: anchor?.sequence ?? 0 }, anchor === null ? 'the audit is empty' : 'the audit is anchored');
    return { anchor };
  } finally {
    await db.destroy();
  }
}

/** @returns the end of the chain, which is among the database's own anchors from then on. */
export async function anchorAudit(db: Kysely<DB>): Promise<Anchor | null> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const head = await transaction.selectFrom('audit_head').select(['sequence', 'hash']).executeTakeFirstOrThrow();
      if (head.sequence === '0') return null;
      await refuseBroken(transaction, head);
      const { anchored_at: at } = await transaction
        .insertInto('audit_anchors')
        .values({ ...head, place: PLACE })
        // The same end again: nothing was recorded meanwhile.
        .onConflict((conflict) => conflict.column('sequence').doUpdateSet({ anchored_at: sql`now()` }))
        .returning('anchored_at')
        .executeTakeFirstOrThrow();
      return { sequence: Number(head.sequence), hash: head.hash.toString('hex'), at: at.toISOString() };
    });
}

interface End {
  readonly sequence: string;
  readonly hash: Buffer;
}

const GENESIS: End = { sequence: '0', hash: Buffer.alloc(32) };

/** Whether every entry names the one before it, from the last anchor to the head. Whether its own hash is right, the API proves. */
async function refuseBroken(db: Transaction<DB>, head: End): Promise<void> {
  const anchor = await db
    .selectFrom('audit_anchors')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
  const from = anchor ?? GENESIS;
  const { rows } = await sql<{ linked: string; reached: Buffer | null }>`
    with entries as (
      select sequence, hash, previous_hash, lag(hash, 1, ${from.hash}) over (order by sequence) as expected
      from audit_entries where sequence > ${from.sequence}
    )
    select count(*) filter (where previous_hash = expected) as linked,
      (select hash from audit_entries order by sequence desc limit 1) as reached
    from entries`.execute(db);
  const [{ linked, reached } = { linked: '0', reached: null }] = rows;
  const holds = BigInt(linked) === BigInt(head.sequence) - BigInt(from.sequence) && reached?.equals(head.hash) === true;
  if (!holds)
    throw new Error(
      `the audit does not hold between entry ${from.sequence} and its head ${head.sequence}: run kubectl heroes audit verify`,
    );
}
