/** Classrooms, for the adults who answer for them. */
import type { Route } from '../../http/route.ts';
import { archiveClassroom, changeClassroom } from './changing.ts';
import { endTokens, lockCode, rotateCode, unlockCode } from './code.ts';
import { createClassroom } from './creating.ts';
import { classProgress, lessonProgress } from './progress.ts';
import { handOver, restoreClassroom } from './handing-over.ts';
import { getClassroom, listClassrooms } from './reading.ts';
import { listStudents, removeStudent } from './roster.ts';

export const CLASSROOM_ROUTES: readonly Route[] = [
  listClassrooms,
  createClassroom,
  getClassroom,
  changeClassroom,
  archiveClassroom,
  restoreClassroom,
  handOver,
  rotateCode,
  lockCode,
  unlockCode,
  endTokens,
  listStudents,
  removeStudent,
  classProgress,
  lessonProgress,
];
