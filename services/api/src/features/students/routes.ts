/** Students: joining, and what they do. */
import type { Route } from '../../http/route.ts';
import { answerActivity } from './activities.ts';
import { checkIn } from './check-ins.ts';
import { join, previewJoin } from './join.ts';
import { getMe } from './me.ts';
import { listProgress, putProgress } from './progress.ts';
import { sync } from './sync.ts';

export const STUDENT_ROUTES: readonly Route[] = [
  previewJoin,
  join,
  getMe,
  listProgress,
  putProgress,
  checkIn,
  answerActivity,
  sync,
];
