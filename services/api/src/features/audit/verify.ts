/** Whether the audit is as it was written: the chain from a place on, and what of it is known outside of the database. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { faultAtEnd, follow, type Fault, type Head } from '../../domain/audit-chain.ts';
import { endOf, entriesAfter } from './kept.ts';

/** Entries read at once: their hashes are made while nothing else runs, so there are few. */
const BATCH = 200;
/** Entries of a call. A longer audit is verified in several, each from where the last one ended. */
export const MOST_ENTRIES = 20_000;
/** For how long a call goes on: well within the time of a request. */
const BUDGET_MS = 5_000;
/** Anchors of the database's own that are looked at: what holds at the newest holds before. */
const ANCHORS = 10;

/** A head that was noted at some time, and where. */
export interface Anchor extends Head {
  readonly place: string;
}

export interface Verdict {
  /** How far the chain holds. */
  readonly reached: Head;
  readonly head: Head;
  readonly entries: number;
  /** Whether the end, or a fault, was reached. */
  readonly complete: boolean;
  readonly fault: Fault | undefined;
  readonly anchors: readonly (Anchor & { readonly holds: boolean })[];
}

/**
 * @param after - where to begin; what is before it is taken for good
 * @param given - anchors that were kept outside; those of the database are looked at too
 * @param signal - ends it early, with what was reached
 */
export async function verifyAudit(
  db: Transaction<DB>,
  after: Head,
  { given, signal }: { readonly given: readonly Anchor[]; readonly signal: AbortSignal },
): Promise<Verdict> {
  // What is appended meanwhile is after this head, and another call's.
  const { head, newest } = await endOf(db);
  const anchors = await judged(db, [...given, ...(await ownAnchors(db))]);
  let reached = after;
  let entries = 0;
  const untilMs = performance.now() + BUDGET_MS;
  while (entries < MOST_ENTRIES && performance.now() < untilMs && !signal.aborted) {
    const batch = (await entriesAfter(db, reached.sequence, BATCH)).filter(({ sequence }) => sequence <= head.sequence);
    const followed = follow(reached, batch);
    entries += followed.head.sequence - reached.sequence;
    reached = followed.head;
    const atEnd = batch.length < BATCH;
    const fault = followed.fault ?? (atEnd ? faultAtEnd(reached, head, newest) : undefined);
    if (atEnd || fault !== undefined) return { reached, head, entries, complete: true, fault, anchors };
  }
  return { reached, head, entries, complete: false, fault: undefined, anchors };
}

async function ownAnchors(db: Transaction<DB>): Promise<Anchor[]> {
  const rows = await db
    .selectFrom('audit_anchors')
    .select(['sequence', 'hash', 'place'])
    .orderBy('sequence', 'desc')
    .limit(ANCHORS)
    .execute();
  return rows.map(({ sequence, hash, place }) => ({ sequence: Number(sequence), hash, place }));
}

/** An anchor holds when the entry that it names is there and has that hash still. */
async function judged(db: Transaction<DB>, anchors: readonly Anchor[]): Promise<Verdict['anchors']> {
  if (anchors.length === 0) return [];
  const rows = await db
    .selectFrom('audit_entries')
    .select(['sequence', 'hash'])
    .where('sequence', 'in', [...new Set(anchors.map(({ sequence }) => String(sequence)))])
    .execute();
  const hashes = new Map(rows.map(({ sequence, hash }) => [Number(sequence), hash]));
  return anchors.map((anchor) => ({ ...anchor, holds: hashes.get(anchor.sequence)?.equals(anchor.hash) ?? false }));
}
