/** Requests of the API's routes, as good as they can be made from their schemas alone. */
import { randomUUID } from 'node:crypto';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import type { Route } from '@heroes/api/http/route.ts';
import { nameOf, parametersOf, type Party, type Whose } from './cases.ts';
import { BOOTSTRAP_TOKEN, type Credentials, type District } from './district/district.ts';
import { valueOf } from './district/parameters.ts';
import { LESSON } from './district/school.ts';
import type { Request } from './transport.ts';
import { smallest, type Known } from './values.ts';

export interface Asked {
  readonly route: Route;
  readonly party: Party;
  /** By parameter; the caller's own where it is not said. */
  readonly names?: Readonly<Record<string, Whose>>;
}

/** @returns a request that is valid, of a party, about what is its own or not. */
export function requestOf(district: District, { route, party, names = {} }: Asked): Request {
  const { body, query } = route.schemas;
  const known = knownIn(district, route);
  const search = query === undefined ? {} : (smallest(query, known) as Record<string, unknown>);
  return {
    method: route.method,
    url: pathOf(district, { route, party, names }) + searchOf(search),
    headers: headersOf(district, party, body),
    ...(body === undefined ? {} : { body: JSON.stringify(smallest(body, known)) }),
  };
}

export const pathOf = (district: District, { route, party, names = {} }: Asked): string =>
  parametersOf(route).reduce<string>(
    (path, name) => path.replace(`:${name}`, valueOf(district, name, { whose: names[name] ?? 'own', party })),
    route.path,
  );

export function headersOf({ tokens }: District, party: Party, body: unknown): Record<string, string> {
  const token = tokens[party];
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    // Whatever it is that is changed, it was seen as it was first.
    'if-match': '"1"',
  };
}

export function searchOf(query: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** By name of a property: what it must be to mean something in a district. */
export function knownIn({ here, credentials }: District, route: Pick<Route, 'method' | 'path'>): Known {
  const words: Words = {
    lessonId: () => LESSON,
    version: () => 1,
    content: () => CURRICULUM.find(({ id }) => id === LESSON)?.content,
    code: () => here.classroom.code,
    schoolId: () => here.schoolId,
    classroomId: () => here.classroom.id,
    enrolmentId: () => here.student.enrolmentId,
    accountId: () => here.facilitator.accountId,
    email: () => `${randomUUID()}@example.org`,
    id: () => randomUUID(),
    batchId: () => randomUUID(),
    sentAt: () => new Date().toISOString(),
    at: () => new Date().toISOString(),
    password: () => credentials.password,
    current: () => credentials.password,
    refreshToken: () => credentials.refreshToken,
    secret: () => credentials.invitation,
    token: () => BOOTSTRAP_TOKEN,
    ...SPECIAL[nameOf(route)]?.(credentials),
  };
  return (name) => words[name]?.();
}

type Words = Readonly<Record<string, () => unknown>>;

/** Where a word means something else. */
const SPECIAL: Readonly<Record<string, (credentials: Credentials) => Words>> = {
  'POST /v1/auth/sign-in': ({ email }) => ({ email: () => email }),
  'POST /v1/lessons': () => ({ id: () => `lesson-${randomUUID().slice(0, 8)}` }),
};
