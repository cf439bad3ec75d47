/** The routes of lessons: read by everybody, had by classes, written and reviewed by editors. */
import type { Route } from '../../http/route.ts';
import { CLASS_ROUTES } from './class-routes.ts';
import { DRAFT_ROUTES } from './draft-routes.ts';
import { READER_ROUTES } from './reader-routes.ts';
import { REVIEW_ROUTES } from './review-routes.ts';
import { VERSION_ROUTES } from './version-routes.ts';

export const CURRICULUM_ROUTES: readonly Route[] = [
  ...READER_ROUTES,
  ...CLASS_ROUTES,
  ...DRAFT_ROUTES,
  ...REVIEW_ROUTES,
  ...VERSION_ROUTES,
];
