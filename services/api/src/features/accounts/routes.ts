/** The adults: how they sign in, what they are, and who may be one. */
import type { Route } from '../../http/route.ts';
import { ACCEPT_ROUTES } from './accept-route.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { BOOTSTRAP_ROUTES } from './bootstrap-route.ts';
import { INVITATION_ROUTES } from './invitation-routes.ts';
import { ME_ROUTES } from './me-routes.ts';
import { OIDC_ROUTES } from './oidc-routes.ts';
import { SCHOOL_ROUTES } from './school-routes.ts';
import { SECOND_FACTOR_ROUTES } from './second-factor-routes.ts';
import { SIGN_IN_ROUTES } from './sign-in.ts';

export const ACCOUNTS_ROUTES: readonly Route[] = [
  ...BOOTSTRAP_ROUTES,
  ...SIGN_IN_ROUTES,
  ...OIDC_ROUTES,
  ...ACCEPT_ROUTES,
  ...ME_ROUTES,
  ...SECOND_FACTOR_ROUTES,
  ...ACCOUNT_ROUTES,
  ...INVITATION_ROUTES,
  ...SCHOOL_ROUTES,
];
