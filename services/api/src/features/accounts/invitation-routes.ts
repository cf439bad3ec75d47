/** Inviting adults: nobody has an account who was not invited. We send no mail; the secret is for whoever invites to pass on. */
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Account } from '../../access/roles.ts';
import { anyOf } from '../../data/any-of.ts';
import { faultOfGrant, maySet } from '../../domain/grants.ts';
import { pageFrom } from '../../http/paging.ts';
import { Problem } from '../../http/problems.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Time, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { administered } from './account-rows.ts';
import { invitationPage } from './invitation-rows.ts';
import { invite } from './invitations.ts';
import { pageByTime } from './keyset.ts';
import { requireSchool } from './school-rows.ts';
import { Email, GrantBody, IssuedSecret, normalEmail, Role } from './shapes.ts';

const LIST = 'invitations';

const declared = {
  tag: 'Accounts',
  access: { school_admin: 'own', district_admin: 'any' },
  data: 'Staff',
  retention: 'Account',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

const fields = { id: Uuid, email: Email, role: Role, schoolId: Type.Union([Uuid, Type.Null()]), expiresAt: Time };

const createInvitation = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/invitations',
    summary: 'Invite somebody to a role; a school’s administrators to that of a facilitator of their school',
    schemas: { body: closed({ email: Email, ...GrantBody }) },
    answers: {
      201: { description: 'The invitation, with its secret, once.', schema: closed({ ...fields, ...IssuedSecret }) },
      400: { description: 'The role is held at a school that is not named, or the other way round.' },
      403: { description: 'It is not yours to invite to.' },
      404: { description: 'There is no such school.' },
      409: { description: 'The school is archived.' },
    },
  },
  async ({ actor, body, tx }) => {
    const { email: given, ...grant } = body;
    const fault = faultOfGrant(grant);
    if (fault !== undefined) throw new Problem({ status: 400, detail: fault });
    if (!maySet(actor as Account, grant))
      throw new Problem({ status: 403, detail: 'This role is not yours to invite to.' });
    const email = normalEmail(given);
    return tx(async (db) => {
      if (grant.schoolId !== undefined) await requireSchool(db, grant.schoolId);
      const { id, secret, expiresAt } = await invite(db, actor as Account, { email, to: { grant } });
      await record(db, {
        actor,
        action: 'invitation.made',
        object: `invitation:${id}`,
        detail: { ...grant },
        personal: { email },
      });
      const { role, schoolId = null } = grant;
      return { status: 201, body: { id, email, role, schoolId, secret, expiresAt } };
    });
  },
);

const listInvitations = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/invitations',
    summary: 'List the invitations that are open',
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of invitations.', schema: pageOf(closed(fields)) } },
  },
  async ({ actor, query, tx }) => {
    const page = pageByTime(LIST, query);
    const found = await tx(async (db) => invitationPage(db, page, administered(actor)));
    const { rows, nextCursor } = pageFrom(LIST, found, {
      limit: page.limit,
      position: ({ madeAt, id }) => [madeAt, id],
    });
    return { status: 200, body: { items: rows, nextCursor } };
  },
);

const revokeInvitation = route(
  {
    ...declared,
    method: 'DELETE',
    path: '/v1/invitations/:invitationId',
    summary: 'Revoke an invitation that is open',
    schemas: { params: closed({ invitationId: Uuid }) },
    answers: {
      204: { description: 'It is revoked.' },
      404: { description: 'There is none that is open, or none that is yours.' },
    },
  },
  async ({ actor, params: { invitationId }, tx }) =>
    tx(async (db) => {
      const schools = administered(actor);
      const revoked = await db
        .updateTable('invitations')
        .set({ revoked_at: sql`now()` })
        .where('id', '=', invitationId)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .$if(schools !== undefined, (query) =>
          query.where('role', '=', 'facilitator').where('school_id', '=', anyOf(schools ?? [])),
        )
        .returning('id')
        .executeTakeFirst();
      if (revoked === undefined)
        throw new Problem({ status: 404, detail: 'There is no such invitation that is open.' });
      await record(db, { actor, action: 'invitation.revoked', object: `invitation:${invitationId}` });
      return { status: 204 };
    }),
);

export const INVITATION_ROUTES: readonly Route[] = [createInvitation, listInvitations, revokeInvitation];
