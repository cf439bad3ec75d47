/** What must be done before anybody is known, or beyond what whoever asks may see: as the gate. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Part } from '../../access/roles.ts';
import { setActor } from '../../data/transaction.ts';
import type { Call } from '../../http/route.ts';

const GATE: Part = { kind: 'gate' };

/** Does a part of a call's work as the gate, and what follows as the actor again. */
export async function asGate<T>(
  { tx, actor }: Pick<Call, 'tx' | 'actor'>,
  work: (db: Transaction<DB>) => Promise<T>,
): Promise<T> {
  return tx(async (db) => {
    await setActor(db, GATE);
    const result = await work(db);
    await setActor(db, actor);
    return result;
  });
}
