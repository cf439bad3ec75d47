/** Consents: recorded and revoked by the district, and asked for at the door of every class. */
import { sql } from 'kysely';
import { Type } from 'typebox';
import { asAccount } from '../../access/roles.ts';
import { pageFrom, pageRequest } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { CalendarDate, closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { comesAfter, NEWEST_PARTS, positionAt } from './newest.ts';

const LIST = 'consents';

const declared = {
  tag: 'Privacy',
  access: { district_admin: 'any' },
  data: 'Staff',
  retention: 'Evidence',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const given = {
  basis: Type.Enum(['school', 'parent'], {
    type: 'string',
    description: 'Who consents: the school for the parents, for the lessons alone, or the parents themselves.',
  }),
  noticeVersion: Type.String({
    minLength: 1,
    maxLength: 40,
    pattern: '^[\\w][\\w .-]*$',
    description: 'Version of the notice that was consented to.',
  }),
  signer: Type.String({
    minLength: 1,
    maxLength: 120,
    pattern: '\\S',
    description: 'Who signed for the district, by name or office.',
  }),
  signedOn: CalendarDate,
} as const;

const Consent = closed({
  id: Uuid,
  ...given,
  recordedAt: Time,
  revokedAt: Type.Union([Time, Type.Null()], { description: 'Since when it lets nobody in any more.' }),
});

const COLUMNS = [
  'id',
  'basis',
  'notice_version',
  'signer',
  sql<string>`signed_on::text`.as('signed_on'),
  'recorded_at',
  'revoked_at',
] as const;

interface Row {
  readonly id: string;
  readonly basis: string;
  readonly notice_version: string;
  readonly signer: string;
  readonly signed_on: string;
  readonly recorded_at: Date;
  readonly revoked_at: Date | null;
}

const shown = (row: Row) => ({
  id: row.id,
  basis: row.basis,
  noticeVersion: row.notice_version,
  signer: row.signer,
  signedOn: row.signed_on,
  recordedAt: row.recorded_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
});

const recordConsent = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/privacy/consents',
    summary: 'Record a consent: classes of its basis can be joined from now on',
    schemas: { body: closed(given) },
    answers: { 201: { description: 'It is recorded.', schema: Consent }, 422: { description: 'The day cannot be.' } },
  },
  async ({ actor, body, tx }) => {
    if (!isPast(body.signedOn, Date.now()))
      throw new Problem({ status: 422, detail: 'signedOn is no day that has been. Give the day of the signature.' });
    const row = await tx(async (db) => {
      const made = await db
        .insertInto('consents')
        .values({
          basis: body.basis,
          notice_version: body.noticeVersion,
          signer: body.signer,
          signed_on: body.signedOn,
          recorded_by: asAccount(actor).accountId,
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow();
      const detail = { basis: body.basis, noticeVersion: body.noticeVersion };
      const personal = { signer: body.signer };
      await record(db, { actor, action: 'consent.recorded', object: `consent:${made.id}`, detail, personal });
      return made;
    });
    return { status: 201, body: shown(row) };
  },
);

const listConsents = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/privacy/consents',
    summary: 'List the consents, those that were revoked too, the newest first',
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of consents.', schema: pageOf(Consent) } },
  },
  async ({ query, tx }) => {
    const { limit, after } = pageRequest(LIST, NEWEST_PARTS, query);
    const found = await tx(async (db) =>
      db
        .selectFrom('consents')
        .select(COLUMNS)
        .where(comesAfter(after, 'recorded_at'))
        .orderBy('recorded_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
    );
    const position = (row: Row) => positionAt(row.recorded_at, row.id);
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position });
    return { status: 200, body: { items: rows.map(shown), nextCursor } };
  },
);

const revokeConsent = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/privacy/consents/:consentId/revoke',
    summary: 'Revoke a consent: without another of its basis nobody joins; who is in a class stays until it is locked',
    schemas: { params: closed({ consentId: Uuid }) },
    answers: {
      200: { description: 'It is revoked.', schema: Consent },
      404: { description: 'There is no such consent.' },
      409: { description: 'It was revoked before.' },
    },
  },
  async ({ actor, params: { consentId }, tx }) => {
    const row = await tx(async (db) => {
      const known = await db.selectFrom('consents').select('id').where('id', '=', consentId).executeTakeFirst();
      if (known === undefined) throw new Problem({ status: 404, detail: 'There is no such consent.' });
      const revoked = await db
        .updateTable('consents')
        .set({ revoked_at: sql<Date>`now()`, revoked_by: asAccount(actor).accountId })
        .where('id', '=', consentId)
        .where('revoked_at', 'is', null)
        .returning(COLUMNS)
        .executeTakeFirst();
      if (revoked === undefined) throw new Problem({ status: 409, detail: 'The consent was revoked before.' });
      const detail = { basis: revoked.basis };
      await record(db, { actor, action: 'consent.revoked', object: `consent:${consentId}`, detail });
      return revoked;
    });
    return { status: 200, body: shown(row) };
  },
);

export const CONSENT_ROUTES: readonly Route[] = [recordConsent, listConsents, revokeConsent];

/** A day later is today somewhere. */
const DAY_MS = 86_400_000;

/** Pure. @returns whether a date is one that there is, and not to come. */
function isPast(date: string, nowMs: number): boolean {
  const startMs = Date.parse(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(date);
  return isDay && date >= '1900-01-01' && startMs <= nowMs + DAY_MS;
}
