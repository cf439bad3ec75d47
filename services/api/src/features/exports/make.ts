/**
 * Makes the exports that are queued, each on whichever pod takes it first. One that fails because the database is away stays
 * queued; one that cannot be made is told so to who asked.
 */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account, AccountRole } from '../../access/roles.ts';
import { asActor, setActor } from '../../data/transaction.ts';
import { record } from '../audit/record.ts';
import { CannotExport, contentsOf, type Wanted } from './contents.ts';

const WORKER = { kind: 'worker' } as const;

/** Makes the oldest export that is queued. @returns whether there may be more. */
export async function makeNext(db: Kysely<DB>): Promise<boolean> {
  return asActor(db, WORKER, async (transaction) => {
    const queued = await transaction
      .selectFrom('exports')
      .select(['id', 'kind', 'format', 'classroom_id', 'rights_request_id', 'requested_by'])
      .where('state', '=', 'queued')
      .orderBy('created_at')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (queued === undefined) return false;
    await make(transaction, queued);
    return true;
  });
}

type Queued = Pick<
  Selectable<DB['exports']>,
  'id' | 'kind' | 'format' | 'classroom_id' | 'rights_request_id' | 'requested_by'
>;

async function make(db: Transaction<DB>, queued: Queued): Promise<void> {
  const requester = await requesterOf(db, queued.requested_by);
  const outcome = await attempt(db, queued, requester);
  await setActor(db, WORKER);
  await db
    .updateTable('exports')
    .set({ ...outcome, finished_at: sql<Date>`now()` })
    .where('id', '=', queued.id)
    .execute();
  const isReady = outcome.state === 'ready';
  if (isReady && queued.rights_request_id !== null) await finishRequest(db, queued.rights_request_id, requester);
  const detail = { kind: queued.kind, format: queued.format, bytes: outcome.contents?.length ?? 0 };
  const action = isReady ? 'export.made' : 'export.failed';
  await record(db, { actor: WORKER, action, object: `export:${queued.id}`, detail });
}

interface Outcome {
  readonly state: 'ready' | 'failed';
  readonly contents: Buffer | null;
  readonly fault: string | null;
}

async function attempt(db: Transaction<DB>, queued: Queued, requester: Account): Promise<Outcome> {
  try {
    // Whoever asked sees what he may see now, not when he asked. Somebody's own data is all of it, whoever grants it.
    if (queued.kind !== 'rights_access') await setActor(db, requester);
    return { state: 'ready', contents: await contentsOf(db, queued as Wanted), fault: null };
  } catch (error) {
    if (!(error instanceof CannotExport)) throw error;
    return { state: 'failed', contents: null, fault: error.message };
  }
}

/** An account with the roles that it has at this moment. */
async function requesterOf(db: Transaction<DB>, accountId: string): Promise<Account> {
  const roles = await db
    .selectFrom('account_roles')
    .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
    .select(['role', 'school_id'])
    .where('accounts.id', '=', accountId)
    .where('accounts.suspended_at', 'is', null)
    .execute();
  const grants = roles.map(({ role, school_id: schoolId }) => ({
    role: role as AccountRole,
    ...(schoolId === null ? {} : { schoolId }),
  }));
  return { kind: 'account', accountId, signInId: '', grants };
}

async function finishRequest(db: Transaction<DB>, id: string, { accountId }: Account): Promise<void> {
  await db
    .updateTable('rights_requests')
    .set({ state: 'done', finished_at: sql<Date>`now()`, finished_by: accountId })
    .where('id', '=', id)
    .where('state', '=', 'received')
    .execute();
}
