/** What the routes of live sessions have in common. */
import type { Declaration } from '../../http/route.ts';

export const OF_A_CLASS = {
  tag: 'Live sessions',
  subject: 'classroom',
  data: 'Classroom',
  retention: 'Classroom',
  rate: 'subject',
} as const satisfies Partial<Declaration>;

export const SEEN_BY_CLASS = {
  student: 'own',
  facilitator: 'own',
  school_admin: 'own',
  district_admin: 'any',
} as const satisfies Declaration['access'];

/** Whoever may stand in for a teacher may teach. */
export const TAUGHT_BY = {
  facilitator: 'own',
  school_admin: 'own',
  district_admin: 'any',
} as const satisfies Declaration['access'];
