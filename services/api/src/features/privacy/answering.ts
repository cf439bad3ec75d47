/** What is done when a rights request is granted, in the one transaction that it is granted in. */
import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account } from '../../access/roles.ts';
import type { Context } from '../../context.ts';
import { setActor } from '../../data/transaction.ts';
import { claimsOf } from '../../domain/certificate.ts';
import { Problem } from '../../http/problems.ts';
import { record } from '../audit/record.ts';
import { queueExport } from '../exports/queue.ts';
import { signCertificate } from './certificates.ts';
import { eraseAccount, eraseStudent, type Erased } from './erasure.ts';
import type { lockOpen } from './rights-request.ts';

type Open = Awaited<ReturnType<typeof lockOpen>>;

interface Granting {
  readonly actor: Account;
  readonly context: Pick<Context, 'keys' | 'retention'>;
}

/** Does what a request asks for. @throws Problem 409 where it must not be. */
export async function answer(db: Transaction<DB>, request: Open, granting: Granting): Promise<void> {
  if (request.kind === 'access') await giveAccess(db, request, granting);
  else await deleteFor(db, request, granting);
}

/** The request is done when the file is. */
async function giveAccess(db: Transaction<DB>, request: Open, { actor }: Granting): Promise<void> {
  const known = await db
    .selectFrom('exports')
    .select('id')
    .where('rights_request_id', '=', request.id)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  if (known !== undefined) return;
  await queueExport(db, { kind: 'rights_access', format: 'json', rightsRequestId: request.id, actor });
  const detail = { kind: request.kind, subject: request.subject };
  await record(db, { actor, action: 'rights-request.granted', object: `rights-request:${request.id}`, detail });
}

async function deleteFor(db: Transaction<DB>, request: Open, { actor, context }: Granting): Promise<void> {
  if (request.account_id === actor.accountId)
    throw new Problem({ status: 409, detail: 'You would delete yourself. Another administrator has to.' });
  // What is a child's is shown to no administrator; that it is all gone is.
  await setActor(db, { kind: 'worker' });
  const erased = await erase(db, request);
  await setActor(db, actor);
  const claims = claimsOf({
    ...erased,
    requestId: request.id,
    subject: request.subject,
    policyVersion: context.retention.version,
  });
  const certificate = await signCertificate(context.keys, claims);
  await db
    .updateTable('rights_requests')
    .set({ state: 'done', finished_at: sql<Date>`now()`, finished_by: actor.accountId, certificate })
    .where('id', '=', request.id)
    .execute();
  const rows = claims.deleted.reduce((sum, each) => sum + each.rows, 0);
  const sha256 = createHash('sha256').update(certificate).digest('hex');
  const detail = { kind: request.kind, subject: request.subject, rows, certificate: sha256 };
  await record(db, { actor, action: 'rights-request.granted', object: `rights-request:${request.id}`, detail });
}

async function erase(db: Transaction<DB>, { enrolment_id: enrolmentId, account_id: accountId }: Open): Promise<Erased> {
  if (enrolmentId !== null) return eraseStudent(db, enrolmentId);
  if (accountId !== null) return eraseAccount(db, accountId);
  // It was deleted by age meanwhile.
  return { deleted: {}, cleared: {} };
}
