import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { route, type Access, type Route } from '@heroes/api/http/route.ts';
import { casesOf, uncovered, type Case, type Whoses } from './cases.ts';

const declared = (path: Route['path'], access: Access): Route =>
  route(
    {
      method: 'GET',
      path,
      access,
      summary: '',
      tag: '',
      data: 'Classroom',
      retention: 'None',
      rate: 'open',
      schemas: { params: Type.Object({}) },
      answers: {},
    },
    async () => Promise.resolve({ status: 200 }),
  );

const WHOSES: Whoses = {
  classroomId: ['own', 'foreign', 'absent'],
  signalId: ['own', 'foreign', 'absent'],
  lessonId: ['own', 'absent'],
};
const told = ({ party, names, expected }: Case): string =>
  `${party} ${Object.values(names).join('+')}`.trim() + `: ${expected}`;

describe('casesOf', () => {
  it('lets nobody in without a token, and no role that is not named', () => {
    const cases = casesOf([declared('/v1/x', { student: 'own' })], WHOSES);
    expect(cases.map(told)).toEqual([
      'student: let in',
      'facilitator: 403',
      'school_admin: 403',
      'district_admin: 403',
      'content_editor: 403',
      'platform_operator: 403',
      'nobody: 401',
      'ended: 401',
      'expired: 401',
      'forged: 401',
    ]);
  });

  it('takes another’s for what is not there, unless the role reaches everything', () => {
    const cases = casesOf([declared('/:classroomId', { facilitator: 'own', district_admin: 'any' })], WHOSES);
    const within = cases.filter(({ party }) => ['facilitator', 'district_admin'].includes(party)).map(told);
    expect(within).toEqual([
      'facilitator own: let in',
      'facilitator foreign: 404',
      'facilitator absent: 404',
      'district_admin own: let in',
      'district_admin foreign: let in',
      'district_admin absent: 404',
    ]);
  });

  it('does not find in one class what is in another, whoever asks', () => {
    const cases = casesOf([declared('/:classroomId/:signalId', { district_admin: 'any' })], WHOSES);
    expect(cases.filter(({ party }) => party === 'district_admin').map(told)).toEqual([
      'district_admin own+own: let in',
      'district_admin foreign+foreign: let in',
      'district_admin foreign+own: 404',
      'district_admin absent+own: 404',
      'district_admin own+foreign: 404',
      'district_admin own+absent: 404',
    ]);
  });

  it('finds what is nobody’s in every class', () => {
    const cases = casesOf([declared('/:classroomId/:lessonId', { district_admin: 'any' })], WHOSES);
    expect(cases.filter(({ party }) => party === 'district_admin').map(told)).toEqual([
      'district_admin own+own: let in',
      'district_admin foreign+own: let in',
      'district_admin absent+own: 404',
      'district_admin own+absent: 404',
    ]);
  });

  it('knows no foreign one of what is nobody’s', () => {
    const cases = casesOf([declared('/:lessonId', 'public')], WHOSES);
    expect(cases.filter(({ party }) => party === 'nobody').map(told)).toEqual([
      'nobody own: let in',
      'nobody absent: 404',
    ]);
  });
});

describe('uncovered', () => {
  it('names the routes whose parameters nobody has made', () => {
    expect(uncovered([declared('/v1/:lessonId/:petId', 'public')], WHOSES)).toEqual([
      'GET /v1/:lessonId/:petId: no fixture for :petId',
    ]);
  });
});
