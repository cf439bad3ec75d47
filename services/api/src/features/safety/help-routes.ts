/** A student asks for help, and is told whom else to turn to. */
import { Type } from 'typebox';
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Student } from '../../access/roles.ts';
import { route, type Declaration, type Route } from '../../http/route.ts';
import { closed, Uuid } from '../../http/schemas.ts';
import { studentOf } from '../students/declared.ts';
import { CRISIS_RESOURCES, resourcesFor } from './crisis.ts';
import { SIGNAL_TIMES, SignalState, timesOf } from './queue.ts';
import { raiseHelpSignal } from './raise.ts';
import { signalOf } from './signals.ts';

export const Locale = Type.Optional(
  Type.String({
    pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$',
    maxLength: 35,
    description: 'A language, as es-US (BCP 47); English of the United States unless there is one for it.',
  }),
);

export const Resources = closed({
  locale: Type.String({ description: 'The language and the country of what follows.' }),
  resources: Type.Array(
    closed({
      name: Type.String(),
      contact: Type.String({ description: 'What to do, in words for a child.' }),
      phone: Type.Union([Type.String(), Type.Null()], { description: 'A number to dial.' }),
      hours: Type.String(),
    }),
    { maxItems: 20 },
  ),
});

const Help = closed({
  signal: Type.Union([closed({ id: Uuid, state: SignalState, ...SIGNAL_TIMES }), Type.Null()], {
    description: 'The last signal of the student, resolved or not; null when there never was one.',
  }),
  crisis: Resources,
});

/** Never shed, and nobody's calls are counted: pressing again soon writes nothing, so there is no need to refuse it. */
const declared = {
  tag: 'Safety',
  access: { student: 'own' },
  data: 'Safety',
  retention: 'HelpSignal',
  rate: 'open',
  priority: 'essential',
} as const satisfies Partial<Declaration>;

const askForHelp = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/me/help',
    summary: 'Ask the facilitator for help; once more while it is not resolved, it is the same signal',
    schemas: { query: closed({ locale: Locale }) },
    answers: { 200: { description: 'Help has been asked for.', schema: Help } },
  },
  async ({ actor, query, tx }) => {
    const student = studentOf(actor);
    const signal = await tx(async (db) => {
      await raiseHelpSignal(db, student);
      return lastSignal(db, student);
    });
    return { status: 200, body: { signal, crisis: resourcesFor(query.locale) } };
  },
);

const readHelp = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/me/help',
    summary: 'Read what has become of one’s call for help, and whom else to turn to',
    schemas: { query: closed({ locale: Locale }) },
    answers: { 200: { description: 'The last signal, if any.', schema: Help } },
  },
  async ({ actor, query, tx }) => {
    const signal = await tx(async (db) => lastSignal(db, studentOf(actor)));
    return { status: 200, body: { signal, crisis: resourcesFor(query.locale) } };
  },
);

const readResources = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/crisis-resources',
    summary: 'Read whom a child in need can turn to; answered even while the database is away',
    access: 'public',
    data: 'Operational',
    retention: 'None',
    schemas: { query: closed({ locale: Locale }) },
    answers: {
      200: {
        description: 'The services of one locale, and which locales there are.',
        schema: closed({ ...Resources.properties, locales: Type.Array(Type.String(), { maxItems: 50 }) }),
      },
    },
  },
  async ({ query }) =>
    Promise.resolve({
      status: 200,
      body: { ...resourcesFor(query.locale), locales: CRISIS_RESOURCES.map(({ locale }) => locale) },
      headers: { 'cache-control': 'public, max-age=3600' },
    }),
);

export const HELP_ROUTES: readonly Route[] = [askForHelp, readHelp, readResources];

async function lastSignal(db: Transaction<DB>, { enrolmentId }: Student) {
  const row = await db
    .selectFrom('help_signals')
    .selectAll()
    .where('enrolment_id', '=', enrolmentId)
    .orderBy('raised_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const signal = signalOf(row);
  return { id: signal.id, state: signal.state, ...timesOf(signal) };
}
