/** Every route of the API, in the order of its reference. An area adds its list here and nowhere else. */
import { AUDIT_ROUTES } from './features/audit/routes.ts';
import { CURRICULUM_ROUTES } from './features/curriculum/routes.ts';
import { OPERATIONS_ROUTES } from './features/operations/routes.ts';
import type { Route } from './http/route.ts';

export const ROUTES: readonly Route[] = [...CURRICULUM_ROUTES, ...AUDIT_ROUTES, ...OPERATIONS_ROUTES];
