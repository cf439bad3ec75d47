/** By parameter of a path: what it is called here, elsewhere, and when there is none. */
import { randomUUID } from 'node:crypto';
import { CURRICULUM } from '@heroes/migrations/curriculum/lessons.ts';
import type { Role } from '@heroes/api/access/roles.ts';
import type { Party, Whose, Whoses } from '../cases.ts';
import type { District } from './district.ts';
import { LESSON, type School } from './school.ts';

interface Parameter {
  readonly own: (district: District, role: Role) => string;
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
  requestId: ofSchool(({ rightsRequestId }) => rightsRequestId),
  exportId: {
    own: ({ exports }, role) => exports[role],
    // Whoever asked for it has it; not even who administers everything reads another's.
    foreign: ({ exports }) => exports.platform_operator,
    absent: randomUUID(),
  },
  lessonId: { own: () => LESSON, absent: 'no-such-lesson' },
  version: { own: () => '1', absent: '999999' },
  activityId: { own: () => ACTIVITY, absent: 'no-such-activity' },
};

export const WHOSES: Whoses = Object.fromEntries(
  Object.entries(PARAMETERS).map(([name, { foreign }]) => [
    name,
    foreign === undefined ? ['own', 'absent'] : ['own', 'foreign', 'absent'],
  ]),
);

/** @returns what stands in the place of a parameter. */
export function valueOf(district: District, name: string, { whose, party }: { whose: Whose; party: Party }): string {
  const parameter = PARAMETERS[name];
  if (parameter === undefined) throw new Error(`no fixture for :${name}`);
  if (whose === 'absent') return parameter.absent;
  if (whose === 'foreign' && parameter.foreign !== undefined) return parameter.foreign(district);
  return parameter.own(district, isRole(party) ? party : 'facilitator');
}

const BAD: readonly string[] = ['nobody', 'ended', 'expired', 'forged'];
const isRole = (party: Party): party is Role => !BAD.includes(party);
