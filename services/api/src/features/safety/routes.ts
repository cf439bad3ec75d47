/** Help signals, incident reports, and what the district decides about them. */
import type { Route } from '../../http/route.ts';
import { HELP_ROUTES } from './help-routes.ts';
import { QUEUE_ROUTES } from './queue-routes.ts';
import { REPORT_ROUTES } from './report-routes.ts';
import { SETTINGS_ROUTES } from './settings-routes.ts';

export const SAFETY_ROUTES: readonly Route[] = [...HELP_ROUTES, ...QUEUE_ROUTES, ...REPORT_ROUTES, ...SETTINGS_ROUTES];
