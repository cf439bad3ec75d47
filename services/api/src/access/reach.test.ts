import { describe, expect, it } from 'vitest';
import { reachOf, WALLS, within } from './reach.ts';
import type { Account, Student } from './roles.ts';

const HERE = 'school-here';
const THERE = 'school-there';
const person: Account = {
  kind: 'account',
  accountId: 'a',
  signInId: 's',
  grants: [
    { role: 'facilitator', schoolId: HERE },
    { role: 'school_admin', schoolId: THERE },
  ],
};
const student: Student = { kind: 'student', enrolmentId: 'e', classroomId: 'c' };
const noQuestion = async () => Promise.reject(new Error('the database need not be asked'));

describe('within', () => {
  it('leaves behind the roles that the route does not name', () => {
    expect(within({ facilitator: 'own' }, person)).toMatchObject({ grants: [{ role: 'facilitator', schoolId: HERE }] });
    expect(within({ content_editor: 'any' }, person)).toMatchObject({ grants: [] });
    expect(within({ facilitator: 'own' }, student)).toEqual(student);
  });
});

describe('reachOf', () => {
  it('is the widest of the roles, and none without one', () => {
    expect(reachOf({ facilitator: 'own', school_admin: 'any' }, person)).toBe('any');
    expect(reachOf({ school_admin: 'own' }, person)).toBe('own');
    expect(reachOf({ student: 'own' }, person)).toBeUndefined();
    expect(reachOf({ student: 'own' }, student)).toBe('own');
    expect(reachOf({ student: 'own' }, { kind: 'anonymous' })).toBeUndefined();
  });
});

describe('the wall around a school', () => {
  const { school } = WALLS.own;

  it('does not let somebody administer where they only teach', async () => {
    const administrator = within({ school_admin: 'own' }, person);
    expect(await school(noQuestion, administrator, THERE)).toBe(true);
    expect(await school(noQuestion, administrator, HERE)).toBe(false);
  });

  it('stands before students', async () => {
    expect(await school(noQuestion, student, HERE)).toBe(false);
  });
});

describe('the wall around a classroom', () => {
  it('lets a student into the class of its token, and no other', async () => {
    expect(await WALLS.own.classroom(noQuestion, student, 'c')).toBe(true);
    expect(await WALLS.own.classroom(noQuestion, student, 'd')).toBe(false);
  });
});
