/** What the routes of lessons have in common. */
import type { Declaration } from '../../http/route.ts';

const OF_LESSONS = {
  tag: 'Curriculum',
  data: 'Curriculum',
  retention: 'Curriculum',
} as const satisfies Partial<Declaration>;

/** For everybody: no count is kept of who reads what all may read. */
export const READ = {
  ...OF_LESSONS,
  method: 'GET',
  access: 'public',
  rate: 'open',
} as const satisfies Partial<Declaration>;

/** For those who write and review lessons. */
export const EDITED = {
  ...OF_LESSONS,
  tag: 'Curriculum editing',
  access: { content_editor: 'any', district_admin: 'any' },
  rate: 'subject',
} as const satisfies Partial<Declaration>;

/** A lesson of twenty steps with all their texts. */
export const LESSON_BODY_LIMIT = 512 * 1024;

/** A client need not ask again for a minute; after that it is told by the tag whether there is anything new. */
export const PUBLIC_FOR_A_MINUTE = 'public, max-age=60';
