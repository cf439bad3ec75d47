/** Puts an export into the queue of those that the workers make. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Account } from '../../access/roles.ts';
import { Problem } from '../../http/problems.ts';

export const KINDS = ['class_progress', 'district_progress', 'rights_access'] as const;
export type ExportKind = (typeof KINDS)[number];
export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** How long the contents can be fetched. */
const HOURS = 24;
/** Of one account at a time; more is no person's doing. */
const MOST = 20;

export interface NewExport {
  readonly kind: ExportKind;
  readonly format: Format;
  readonly classroomId?: string;
  readonly rightsRequestId?: string;
  readonly actor: Account;
}

/** @returns the id of the export. @throws Problem 429 when the account has as many as it may have. */
export async function queueExport(db: Transaction<DB>, wanted: NewExport): Promise<string> {
  const { kind, format, classroomId = null, rightsRequestId = null, actor } = wanted;
  const { count } = await db
    .selectFrom('exports')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('requested_by', '=', actor.accountId)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST) {
    const detail = `You have ${MOST} exports. Wait until one has expired: each does a day after it was asked for.`;
    throw new Problem({ status: 429, detail, retryAfterSeconds: 3600 });
  }
  const { id } = await db
    .insertInto('exports')
    .values({
      kind,
      format,
      classroom_id: classroomId,
      rights_request_id: rightsRequestId,
      requested_by: actor.accountId,
      expires_at: sql<Date>`now() + make_interval(hours => ${HOURS}::int)`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
