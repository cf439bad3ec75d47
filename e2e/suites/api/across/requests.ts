/** Requests of the API's routes, as good as they can be made from their schemas alone. */
import { randomUUID } from 'node:crypto';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import type { Route } from '@heroes/api/http/route.ts';
import { nameOf, parametersOf, type Party, type Whose } from './cases.ts';
import { BOOTSTRAP_TOKEN, type District } from './district/district.ts';
import { valueOf } from './district/parameters.ts';
import { LESSON } from './district/school.ts';
import type { Person } from '../people.ts';
import type { Request } from './transport.ts';
import { smallest, type Known, type Schema } from './values.ts';

export interface Asked {
  readonly route: Route;
  readonly party: Party;
  /** By parameter; the caller's own where it is not said. */
  readonly names?: Readonly<Record<string, Whose>>;
}

/** @returns a request that is valid, of a party, about what is its own or not. */
export function requestOf(district: District, { route, party, names = {} }: Asked): Request {
  const { body, query } = route.schemas;
  const known = knownIn(district, { route, party });
  const search = query === undefined ? {} : smallest(query, known);
  return {
    method: route.method,
    url: pathOf(district, { route, party, names }) + searchOf(search),
    headers: headersOf(district, party, route),
    ...(body === undefined ? {} : { body: JSON.stringify(bodyOf(district, { route, party }, body)) }),
  };
}

/** @returns the smallest body that does something. */
function bodyOf(district: District, asked: Pick<Asked, 'route' | 'party'>, schema: Schema): unknown {
  const value = smallest(schema, knownIn(district, asked));
  const more = MORE[nameOf(asked.route)]?.(district);
  return more === undefined ? value : { ...(value as object), ...more };
}

/** What need not be in a body, but must be where the rest of it means what it does. */
const MORE: Readonly<Record<string, (district: District) => object>> = {
  'PUT /v1/me/account/password': ({ credentials }) => ({
    current: credentials.password,
    password: 'quite another, that nobody has',
  }),
  'POST /v1/auth/accept': () => ({ displayName: 'A new colleague' }),
  'POST /v1/accounts/:accountId/roles': ({ here }) => ({ role: 'facilitator', schoolId: here.schoolId }),
  'POST /v1/classrooms': ({ here }) => ({ schoolId: here.schoolId }),
  'POST /v1/invitations': ({ here }) => ({ role: 'facilitator', schoolId: here.schoolId }),
};

export const pathOf = (district: District, { route, party, names = {} }: Asked): string =>
  parametersOf(route).reduce<string>(
    (path, name) => path.replace(`:${name}`, valueOf(district, name, { whose: names[name] ?? 'own', party, route })),
    route.path,
  );

export function headersOf({ tokens, draft }: District, party: Party, { path, schemas }: Route): Record<string, string> {
  const token = tokens[party];
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(schemas.body === undefined ? {} : { 'content-type': 'application/json' }),
    // A draft is changed by who has seen it as it is; of classes whatever is there.
    'if-match': path.includes('/draft') ? draft.tag : '*',
  };
}

export function searchOf(query: unknown): string {
  const named = Object.entries((query ?? {}) as Record<string, unknown>);
  const text = new URLSearchParams(named.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** By name of a property: what it must be to mean something in a district. */
export function knownIn(district: District, { route, party }: Pick<Asked, 'route' | 'party'>): Known {
  const { here, credentials } = district;
  const words: Words = {
    lessonId: () => LESSON,
    version: () => 1,
    content: () => CURRICULUM.find(({ id }) => id === LESSON)?.content,
    code: () => here.classroom.code,
    schoolId: () => here.schoolId,
    classroomId: () => here.classroom.id,
    enrolmentId: () => here.student.enrolmentId,
    accountId: () => here.facilitator.accountId,
    ownerId: () => here.facilitator.accountId,
    email: () => `${randomUUID()}@example.org`,
    name: () => `School ${randomUUID()}`,
    id: () => randomUUID(),
    batchId: () => randomUUID(),
    step: () => 1,
    choices: () => [0],
    signedOn: () => '2026-08-01',
    sentAt: () => new Date().toISOString(),
    at: () => new Date().toISOString(),
    password: () => credentials.password,
    current: () => credentials.password,
    refreshToken: () => credentials.refreshToken,
    secret: () => credentials.invitation,
    token: () => BOOTSTRAP_TOKEN,
    ...SPECIAL[nameOf(route)]?.(district, party),
  };
  return (name) => words[name]?.();
}

type Words = Readonly<Record<string, () => unknown>>;

/** Where a word means something else. */
const SPECIAL: Readonly<Record<string, (district: District, party: Party) => Words>> = {
  'POST /v1/auth/sign-in': ({ credentials }) => ({ email: () => credentials.email }),
  'POST /v1/lessons': () => ({ id: () => `lesson-${randomUUID().slice(0, 8)}` }),
  'POST /v1/exports/download': ({ credentials }) => ({ secret: () => credentials.exportLink }),
  'POST /v1/privacy/requests': ({ here, contentEditor, platformOperator }, party) => {
    // Those who teach nobody ask for themselves.
    const others: Partial<Record<Party, Person>> = {
      content_editor: contentEditor,
      platform_operator: platformOperator,
    };
    const self = others[party];
    const subject = self === undefined ? { enrolmentId: here.classmate.enrolmentId } : { accountId: self.accountId };
    return { subject: () => subject };
  },
};
