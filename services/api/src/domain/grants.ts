/** Who gives and takes which roles. */
import { administeredSchools, rolesOf, type Account, type AccountRole, type Grant } from '../access/roles.ts';

/** More would make tokens longer than headers may be. */
export const MOST_GRANTS = 40;

/** The roles that are held at a school; the others are the district's. */
const AT_A_SCHOOL: readonly AccountRole[] = ['facilitator', 'school_admin'];

/** @returns what is wrong with a grant, in words; undefined when nothing is. */
export function faultOfGrant({ role, schoolId }: Grant): string | undefined {
  const needsSchool = AT_A_SCHOOL.includes(role);
  if (needsSchool && schoolId === undefined) return `The role ${role} is held at a school. Name it.`;
  if (!needsSchool && schoolId !== undefined) return `The role ${role} is held in the whole district. Name no school.`;
  return undefined;
}

/** @returns whether an account may give and take a role: a district's administrators any, a school's that of its facilitators. */
export function maySet(account: Account, { role, schoolId }: Grant): boolean {
  if (rolesOf(account).includes('district_admin')) return true;
  return role === 'facilitator' && schoolId !== undefined && administeredSchools(account).includes(schoolId);
}
