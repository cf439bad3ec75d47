import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../routes.ts';
import { faultsOf } from './faults.ts';
import { route, type Declaration, type Schemas } from './route.ts';
import { closed, Uuid } from './schemas.ts';

const GOOD = {
  method: 'GET',
  path: '/v1/classrooms/:classroomId',
  summary: 'Read a classroom',
  tag: 'Classrooms',
  access: { facilitator: 'own' },
  subject: 'classroom',
  data: 'Classroom',
  retention: 'Classroom',
  rate: 'subject',
  schemas: { params: closed({ classroomId: Uuid }) },
  answers: { 200: { description: 'The classroom.', schema: closed({}) } },
} as const satisfies Declaration & { schemas: Schemas };

const declared = (changes: object) => route({ ...GOOD, ...changes }, async () => Promise.resolve({ status: 200 }));

describe('faultsOf', () => {
  it('has nothing to say of what is declared well', () => {
    expect(faultsOf(declared({}))).toEqual([]);
  });

  it.each([
    ['nobody', { access: {} }, 'no access rule: name the roles, or say public'],
    ['a role that there is not', { access: { janitor: 'own' } }, 'unknown roles: janitor'],
    ['a reach that there is not', { access: { facilitator: 'all' } }, 'a role reaches what is its own, or any'],
    ['public, counted by who calls', { access: 'public', subject: undefined, path: '/', schemas: {} }, /no subject to/],
    ['a subject that the path does not name', { path: '/v1/x', schemas: {} }, 'its path names no :classroomId'],
    ['public with a subject', { access: 'public', rate: 'open' }, 'what is public has no subject'],
    ['an id that nobody asks for', { subject: undefined }, /names a classroom that is not its subject/],
    ['parameters that are not checked', { schemas: {} }, 'its params are not those of its path'],
    ['no answer', { answers: {} }, 'it declares no answer'],
    ['a GET with a body', { schemas: { ...GOOD.schemas, body: Type.Object({}) } }, 'a GET has no body'],
  ])('refuses %s', (_what, changes, fault) => {
    expect(faultsOf(declared(changes)).join('\n')).toMatch(fault);
  });

  it.each(ROUTES.map((each) => [`${each.method} ${each.path}`, each] as const))('finds none in %s', (_name, each) => {
    expect(faultsOf(each)).toEqual([]);
  });
});
