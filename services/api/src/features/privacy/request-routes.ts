/** Rights requests: asked for by whoever a parent or an employee turns to, answered by the district. */
import { sql, type Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { asAccount, rolesOf, type Account } from '../../access/roles.ts';
import { pageFrom, pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { answer } from './answering.ts';
import { comesAfter, NEWEST_PARTS, positionAt } from './newest.ts';
import {
  DUE_DAYS,
  Kind,
  lockOpen,
  oneRequest,
  Refusal,
  requestsIn,
  RightsRequest,
  shown,
  type Row,
} from './rights-request.ts';
import { ASKED_BY, findSubject, SubjectGiven, subjectName } from './subjects.ts';

const LIST = 'rights requests';

const declared = {
  tag: 'Privacy',
  data: 'Staff',
  retention: 'Evidence',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const params = closed({ requestId: Uuid });

const create = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/privacy/requests',
    summary: 'Ask for somebody’s data, or for its deletion',
    access: ASKED_BY,
    schemas: { body: closed({ kind: Kind, subject: SubjectGiven }) },
    answers: {
      201: { description: 'It is received, and due in 45 days.', schema: RightsRequest },
      404: { description: 'There is nobody like that whom the asker may ask for.' },
      409: { description: 'The same was asked for and is not answered yet.' },
    },
  },
  async ({ actor, body, tx }, context) => {
    const account = asAccount(actor);
    const made = await tx(async (db) => {
      const subject = await findSubject(db, body.subject, { actor: account, context });
      const name = subjectName(subject);
      const received = await db
        .insertInto('rights_requests')
        .values({
          kind: body.kind,
          enrolment_id: subject.enrolmentId,
          account_id: subject.accountId,
          subject: name,
          due_at: sql<Date>`now() + make_interval(days => ${DUE_DAYS}::int)`,
          requested_by: account.accountId,
        })
        // Literal, as the index has it: a parameter is matched with it only while each value is planned for.
        .onConflict((conflict) =>
          conflict.columns(['subject', 'kind']).where('state', '=', sql.lit('received')).doNothing(),
        )
        .returning('id')
        .executeTakeFirst();
      if (received === undefined)
        throw new Problem({ status: 409, detail: 'The same was asked for already and is not answered yet.' });
      const detail = { kind: body.kind, subject: name };
      await record(db, { actor, action: 'rights-request.received', object: `rights-request:${received.id}`, detail });
      return oneRequest(db, received.id);
    });
    return { status: 201, body: made };
  },
);

const list = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/privacy/requests',
    summary:
      'List rights requests, the newest first: the district all, others those that they asked for or that are about them',
    access: ASKED_BY,
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of requests.', schema: pageOf(RightsRequest) } },
  },
  async ({ actor, query, tx }) => {
    const { limit, after } = pageRequest(LIST, NEWEST_PARTS, query);
    const found = await tx(async (db) =>
      visibleTo(db, asAccount(actor))
        .where(comesAfter(after, 'created_at'))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
    );
    const position = (row: Row) => positionAt(row.created_at, row.id);
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position });
    return { status: 200, body: { items: rows.map(shown), nextCursor } };
  },
);

const read = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/privacy/requests/:requestId',
    summary: 'Read a rights request, with its certificate once it is done',
    access: ASKED_BY,
    schemas: { params },
    answers: {
      200: { description: 'The request.', schema: RightsRequest },
      404: { description: 'There is no such request.' },
    },
  },
  async ({ actor, params: { requestId }, tx }) => {
    const row = await tx(async (db) => visibleTo(db, asAccount(actor)).where('id', '=', requestId).executeTakeFirst());
    if (row === undefined) throw new Problem({ status: 404, detail: 'There is no such rights request.' });
    return { status: 200, body: shown(row) };
  },
);

const BY_DISTRICT = { district_admin: 'any' } as const satisfies Declaration['access'];

const execute = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/privacy/requests/:requestId/execute',
    summary: 'Grant a rights request: delete at once and for good, or make a file of what is kept',
    access: BY_DISTRICT,
    schemas: { params },
    // The signing key is read before a connection is held.
    prepare: async (_call, { keys }) => keys.signing(),
    answers: {
      200: { description: 'It was deleted, or the file is being made.', schema: RightsRequest },
      404: { description: 'There is no such request.' },
      409: { description: 'It was answered before, or it would delete oneself or the last administrator.' },
    },
  },
  async ({ actor, params: { requestId }, tx }, context) => {
    const granted = await tx(async (db) => {
      await answer(db, await lockOpen(db, requestId), { actor: asAccount(actor), context });
      return oneRequest(db, requestId);
    });
    return { status: 200, body: granted };
  },
);

const refuse = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/privacy/requests/:requestId/refuse',
    summary: 'Refuse a rights request, and say why',
    access: BY_DISTRICT,
    schemas: { params, body: closed({ reason: Refusal }) },
    answers: {
      200: { description: 'It is refused.', schema: RightsRequest },
      404: { description: 'There is no such request.' },
      409: { description: 'It was answered before.' },
    },
  },
  async ({ actor, body: { reason }, params: { requestId }, tx }) => {
    const refused = await tx(async (db) => {
      const { kind, subject } = await lockOpen(db, requestId);
      await db
        .updateTable('rights_requests')
        .set({
          state: 'refused',
          refusal: reason,
          finished_at: sql<Date>`now()`,
          finished_by: asAccount(actor).accountId,
        })
        .where('id', '=', requestId)
        .execute();
      const detail = { kind, subject, reason };
      await record(db, { actor, action: 'rights-request.refused', object: `rights-request:${requestId}`, detail });
      return oneRequest(db, requestId);
    });
    return { status: 200, body: refused };
  },
);

export const REQUEST_ROUTES: readonly Route[] = [create, list, read, execute, refuse];

function visibleTo(db: Transaction<DB>, actor: Account) {
  const requests = requestsIn(db);
  if (rolesOf(actor).includes('district_admin')) return requests;
  return requests.where((eb) =>
    eb.or([eb('requested_by', '=', actor.accountId), eb('account_id', '=', actor.accountId)]),
  );
}
