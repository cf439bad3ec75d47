/** What tools need to know of the API itself. */
import { Type } from 'typebox';
import { route, type Route } from '../../http/route.ts';
import { closed } from '../../http/schemas.ts';
import { openApiRoute } from './openapi-route.ts';

const jwks = route(
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    tag: 'Operations',
    summary: 'The public keys that verify our tokens (RFC 7517)',
    access: 'public',
    data: 'Operational',
    retention: 'None',
    rate: 'open',
    schemas: {},
    answers: {
      200: {
        description: 'The keys, those that will sign next among them.',
        schema: closed({ keys: Type.Array(Type.Record(Type.String(), Type.String())) }),
      },
    },
  },
  async (_call, { keys }) => ({
    status: 200,
    body: { keys: await keys.published() },
    headers: { 'cache-control': 'public, max-age=300' },
  }),
);

export const OPERATIONS_ROUTES: readonly Route[] = [jwks, openApiRoute];
