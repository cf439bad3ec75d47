/** By parameter of a path: what it is called here, elsewhere, and when there is none. */
import { randomUUID } from 'node:crypto';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import type { Role } from '@heroes/api/access/roles.ts';
import type { Route } from '@heroes/api/http/route.ts';
import type { Party, Whose, Whoses } from '../cases.ts';
import type { District } from './district.ts';
import { LESSON, type School } from './school.ts';

interface Asked {
  readonly role: Role;
  readonly route: Pick<Route, 'path'>;
}

interface Parameter {
  readonly own: (district: District, asked: Asked) => string;
  /** Where there is none, the thing is nobody's in particular. */
  readonly foreign?: (district: District) => string;
  readonly absent: string;
}

/** What a school has one of, is another school's there. */
const ofSchool = (find: (school: School) => string): Parameter => ({
  own: ({ here }) => find(here),
  foreign: ({ there }) => find(there),
  absent: randomUUID(),
});

const ACTIVITY = CURRICULUM.find(({ id }) => id === LESSON)?.content.activities[0]?.id ?? '';

const PARAMETERS: Readonly<Record<string, Parameter>> = {
  schoolId: ofSchool(({ schoolId }) => schoolId),
  classroomId: ofSchool(({ classroom }) => classroom.id),
  enrolmentId: ofSchool(({ student }) => student.enrolmentId),
  signalId: ofSchool(({ signalId }) => signalId),
  incidentId: ofSchool(({ incidentId }) => incidentId),
  accountId: ofSchool(({ facilitator }) => facilitator.accountId),
  roleId: ofSchool(({ roleId }) => roleId),
  invitationId: ofSchool(({ invitationId }) => invitationId),
  // Whoever asked for it has it, and for a request the district as well.
  requestId: {
    own: ({ asked }, { role }) => (role === 'student' ? randomUUID() : asked[role].requestId),
    foreign: ({ there }) => there.requestId,
    absent: randomUUID(),
  },
  exportId: {
    own: ({ asked }, { role }) => (role === 'student' ? randomUUID() : asked[role].exportId),
    foreign: ({ exportThere }) => exportThere,
    absent: randomUUID(),
  },
  consentId: { own: ({ consentId }) => consentId, absent: randomUUID() },
  lessonId: {
    own: ({ draft }, { route }) => (/\/(draft|retire)\b/.test(route.path) ? draft.lessonId : LESSON),
    absent: 'no-such-lesson',
  },
  version: { own: () => '1', absent: '999999' },
  activityId: { own: () => ACTIVITY, absent: 'no-such-activity' },
};

export const WHOSES: Whoses = Object.fromEntries(
  Object.entries(PARAMETERS).map(([name, { foreign }]) => [
    name,
    foreign === undefined ? ['own', 'absent'] : ['own', 'foreign', 'absent'],
  ]),
);

export interface Named {
  readonly whose: Whose;
  readonly party: Party;
  readonly route: Pick<Route, 'path'>;
}

/** @returns what stands in the place of a parameter. */
export function valueOf(district: District, name: string, { whose, party, route }: Named): string {
  const parameter = PARAMETERS[name];
  if (parameter === undefined) throw new Error(`no fixture for :${name}`);
  if (whose === 'absent') return parameter.absent;
  if (whose === 'foreign' && parameter.foreign !== undefined) return parameter.foreign(district);
  return parameter.own(district, { role: isRole(party) ? party : 'facilitator', route });
}

const BAD: readonly string[] = ['nobody', 'ended', 'expired', 'forged'];
const isRole = (party: Party): party is Role => !BAD.includes(party);
