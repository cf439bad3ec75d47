/** What can be wrong with a route's declaration. Types say most of it; what got around them must not open a door. */
import { ROLES } from '../access/roles.ts';
import type { Route } from './route.ts';

/** What a path may name that is somebody's. */
const SUBJECTS = ['classroom', 'school'] as const;

/** Pure. @returns the faults, in words; a route that has any is never served. */
export function faultsOf(each: Route): string[] {
  return [...faultsOfAccess(each), ...faultsOfSubject(each), ...faultsOfPath(each), ...faultsOfAnswers(each)];
}

function* faultsOfAccess({ access, rate }: Route): Generator<string> {
  const roles = typeof access === 'object' ? Object.entries(access) : [];
  if (access !== 'public' && roles.length === 0) yield 'no access rule: name the roles, or say public';
  const unknown = roles.filter(([role]) => !(ROLES as readonly string[]).includes(role));
  if (unknown.length > 0) yield `unknown roles: ${unknown.map(([role]) => role).join(', ')}`;
  if (roles.some(([, reach]) => !['own', 'any'].includes(reach))) yield 'a role reaches what is its own, or any';
  if (access === 'public' && rate === 'subject') yield 'what is public has no subject to count by, only addresses';
}

function* faultsOfSubject({ access, subject, path }: Route): Generator<string> {
  if (subject !== undefined && !namesOf(path).includes(`${subject}Id`)) yield `its path names no :${subject}Id`;
  if (subject !== undefined && access === 'public') yield 'what is public has no subject';
  // Otherwise nobody would ask whose it is.
  const unasked = SUBJECTS.filter((each) => each !== subject && namesOf(path).includes(`${each}Id`));
  if (unasked.length > 0) yield `its path names a ${unasked.join(' and a ')} that is not its subject`;
}

function* faultsOfPath({ path, schemas }: Route): Generator<string> {
  const declared = Object.keys(schemas.params?.properties ?? {});
  if ([...namesOf(path)].sort().join() !== declared.sort().join()) yield 'its params are not those of its path';
}

function* faultsOfAnswers({ method, schemas, answers }: Route): Generator<string> {
  if (Object.keys(answers).length === 0) yield 'it declares no answer';
  if (method === 'GET' && schemas.body !== undefined) yield 'a GET has no body';
}

const namesOf = (path: string): readonly string[] => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
