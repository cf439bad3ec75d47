/** Who may act in the database, as the API tells it. */
import type { Actor } from '@heroes/api/access/roles.ts';
import type { District } from '../district/district.ts';

export const KINDS = [
  'student',
  'facilitator',
  'school_admin',
  'district_admin',
  'content_editor',
  'platform_operator',
  'gate',
  'worker',
  'anonymous',
] as const;
export type Kind = (typeof KINDS)[number];

/** @returns the actor of that kind whose own things are `here`. */
export function actorOf(district: District, kind: Kind): Actor {
  if (kind === 'gate' || kind === 'worker' || kind === 'anonymous') return { kind };
  const { here } = district;
  if (kind === 'student') {
    const { enrolmentId, classroomId } = here.student;
    return { kind, enrolmentId, classroomId };
  }
  const { accountId } = peopleOf(district)[kind];
  const at = kind === 'facilitator' || kind === 'school_admin' ? { schoolId: here.schoolId } : {};
  return { kind: 'account', accountId, signInId: accountId, grants: [{ role: kind, ...at }] };
}

export const peopleOf = ({ here, districtAdmin, contentEditor, platformOperator }: District) => ({
  facilitator: here.facilitator,
  school_admin: here.schoolAdmin,
  district_admin: districtAdmin,
  content_editor: contentEditor,
  platform_operator: platformOperator,
});
