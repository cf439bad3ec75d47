/** What the routes of students have in common. */
import type { Actor, Student } from '../../access/roles.ts';
import type { Declaration } from '../../http/route.ts';

/** Whose data it is says the token; no path and no body does. */
export const OF_ME = {
  tag: 'Students',
  access: { student: 'own' },
  data: 'StudentSession',
  retention: 'StudentSession',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

/** @returns the student who calls a route that is for students alone. */
export function studentOf(actor: Actor): Student {
  if (actor.kind === 'student') return actor;
  throw new Error('this route is for students alone');
}
