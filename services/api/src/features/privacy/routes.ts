/** Consents, how long what is kept, and what people may ask for. */
import type { Route } from '../../http/route.ts';
import { CERTIFICATE_ROUTES } from './certificate-routes.ts';
import { CONSENT_ROUTES } from './consent-routes.ts';
import { REQUEST_ROUTES } from './request-routes.ts';
import { RETENTION_ROUTES } from './retention-routes.ts';

export const PRIVACY_ROUTES: readonly Route[] = [
  ...RETENTION_ROUTES,
  ...CONSENT_ROUTES,
  ...REQUEST_ROUTES,
  ...CERTIFICATE_ROUTES,
];
