/** Every route of the API, in the order of its reference. An area adds its list here and nowhere else. */
import { ACCOUNTS_ROUTES } from './features/accounts/routes.ts';
import { ANALYTICS_ROUTES } from './features/analytics/routes.ts';
import { AUDIT_ROUTES } from './features/audit/routes.ts';
import { CLASSROOM_ROUTES } from './features/classrooms/routes.ts';
import { CURRICULUM_ROUTES } from './features/curriculum/routes.ts';
import { EXPORT_ROUTES } from './features/exports/routes.ts';
import { LIVE_ROUTES } from './features/live/routes.ts';
import { OPERATIONS_ROUTES } from './features/operations/routes.ts';
import { dataElements } from './features/privacy/inventory-route.ts';
import { PRIVACY_ROUTES } from './features/privacy/routes.ts';
import { STUDENT_ROUTES } from './features/students/routes.ts';
import { SAFETY_ROUTES } from './features/safety/routes.ts';
import type { Route } from './http/route.ts';

export const ROUTES: readonly Route[] = [
  ...ACCOUNTS_ROUTES,
  ...CURRICULUM_ROUTES,
  ...CLASSROOM_ROUTES,
  ...LIVE_ROUTES,
  ...STUDENT_ROUTES,
  ...AUDIT_ROUTES,
  ...PRIVACY_ROUTES,
  dataElements(() => ROUTES),
  ...EXPORT_ROUTES,
  ...SAFETY_ROUTES,
  ...ANALYTICS_ROUTES,
  ...OPERATIONS_ROUTES,
];
