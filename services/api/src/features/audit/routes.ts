/** The audit, read and proved. */
import { Type } from 'typebox';
import { rolesOf } from '../../access/roles.ts';
import { GENESIS, REASONS, type Head } from '../../domain/audit-chain.ts';
import { NUMBER_PART, pageFrom, pageRequest } from '../../http/paging.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Time } from '../../http/schemas.ts';
import { endOf } from './kept.ts';
import { auditPage } from './page.ts';
import { record } from './record.ts';
import { MOST_ENTRIES, verifyAudit } from './verify.ts';

const LIST = 'audit';
/** Anchors of a call: some of those that were kept outside. */
const MOST_ANCHORS = 100;

const Sequence = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Place in the chain; the first entry is 1.',
});
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, in small hexadecimal digits.' });
const place = { sequence: Sequence, hash: Hash };

/** Ids and words of ours: that it was read for a person's name must not be written down for ever. */
const named = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[a-z][a-z0-9._-]*(:[A-Za-z0-9._-]+)?$', description });

const Entry = closed({
  sequence: Sequence,
  at: Time,
  actor: Type.String({ description: 'Who did it, as account:ID, student:ID, or the part of ours that did.' }),
  action: Type.String({ description: 'What was done, as classroom.archived.' }),
  object: Type.String({ description: 'To what, as classroom:ID.' }),
  detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
    description: 'More to know of it; nothing personal.',
  }),
  personal: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()], {
    description: 'What says who a person is; null where there is none, it was deleted, or it is not for the reader.',
  }),
  hash: Hash,
});

const declared = {
  tag: 'Audit',
  access: { district_admin: 'any', platform_operator: 'any' },
  data: 'Audit',
  retention: 'Audit',
  rate: 'subject',
  priority: 'deferrable',
} as const satisfies Partial<Declaration>;

const listAudit = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/audit',
    summary: 'List the audit, the newest entry first; that it was read is an entry too',
    schemas: {
      query: closed({
        ...PAGING,
        actor: Type.Optional(named(80, 'Only what this actor did.')),
        action: Type.Optional(named(60, 'Only this action.')),
        object: Type.Optional(named(120, 'Only what was done to this.')),
        from: Type.Optional(Time),
        to: Type.Optional(Time),
      }),
    },
    answers: { 200: { description: 'A page of entries.', schema: pageOf(Entry) } },
  },
  async ({ actor, query, tx }) => {
    const { cursor, limit, ...filters } = query;
    const asked = pageRequest(LIST, [NUMBER_PART], query);
    // An address of mail is not for those who run the platform.
    const personal = rolesOf(actor).includes('district_admin');
    const found = await tx(async (db) => {
      await record(db, { actor, action: 'audit.read', object: 'audit', detail: filters });
      return auditPage(db, { ...asked, filters, personal });
    });
    const { rows, nextCursor } = pageFrom(LIST, found, { limit: asked.limit, position: ({ sequence }) => [sequence] });
    return { status: 200, body: { items: rows, nextCursor } };
  },
);

const readHead = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/audit/head',
    summary: 'Read the end of the chain, to keep it elsewhere',
    schemas: {},
    answers: { 200: { description: 'The newest entry’s place and hash.', schema: closed(place) } },
  },
  async ({ tx }) => {
    const { head } = await tx(endOf);
    return { status: 200, body: shown(head) };
  },
);

const Fault = closed({
  sequence: Sequence,
  reason: Type.Enum(Object.keys(REASONS) as (keyof typeof REASONS)[]),
  explanation: Type.String({ description: 'The reason in words.' }),
});

const verify = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/audit/verify',
    summary: 'Prove that the audit is as it was written, or say which entry first is not',
    bodyLimit: 32 * 1024,
    schemas: {
      body: closed({
        after: Type.Optional(
          closed(place, { description: 'Where to go on: `reached` of the call before. From the first entry without.' }),
        ),
        anchors: Type.Optional(
          Type.Array(closed(place), { maxItems: MOST_ANCHORS, description: 'Heads that were kept outside.' }),
        ),
      }),
    },
    answers: {
      200: {
        description: `What was found in up to ${MOST_ENTRIES} entries; where it is not complete, call again with after.`,
        schema: closed({
          complete: Type.Boolean({ description: 'Whether the end or a fault was reached.' }),
          entries: Type.Integer({ description: 'Entries that hold.' }),
          reached: closed(place),
          head: closed(place),
          fault: Type.Union([Fault, Type.Null()], { description: 'The first entry that does not fit, and why.' }),
          anchors: Type.Array(
            closed({ ...place, place: Type.String({ description: 'Where it was kept.' }), holds: Type.Boolean() }),
          ),
        }),
      },
    },
  },
  async ({ actor, body, log, signal, tx }, { metrics }) => {
    const { after, anchors = [] } = body;
    const begin = after === undefined ? GENESIS : headFrom(after);
    const given = anchors.map((each) => ({ ...headFrom(each), place: 'request' }));
    const verdict = await tx(async (db) => {
      const found = await verifyAudit(db, begin, { given, signal });
      const detail = { from: begin.sequence, to: found.reached.sequence, complete: found.complete };
      // What does not hold is not written to: who asks must be told in any case.
      if (found.fault === undefined) await record(db, { actor, action: 'audit.verified', object: 'audit', detail });
      else {
        metrics.auditFaults.inc();
        log.error({ ...found.fault }, 'the audit does not verify');
      }
      return found;
    });
    const { fault } = verdict;
    return {
      status: 200,
      body: {
        ...verdict,
        reached: shown(verdict.reached),
        head: shown(verdict.head),
        fault: fault === undefined ? null : { ...fault, explanation: REASONS[fault.reason] },
        anchors: verdict.anchors.map((anchor) => ({ ...anchor, ...shown(anchor) })),
      },
    };
  },
);

export const AUDIT_ROUTES: readonly Route[] = [listAudit, readHead, verify];

interface Shown {
  readonly sequence: number;
  readonly hash: string;
}

const shown = ({ sequence, hash }: Head): Shown => ({ sequence, hash: hash.toString('hex') });
const headFrom = ({ sequence, hash }: Shown): Head => ({ sequence, hash: Buffer.from(hash, 'hex') });
