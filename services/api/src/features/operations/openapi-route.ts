/** The API's own description, for those who build on it. */
import { conditional, represent } from '../../http/conditional.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { openApi } from '../../reference/openapi.ts';

const HOUR_SECONDS = 3600;

export const openApiRoute = route(
  {
    method: 'GET',
    path: '/v1/openapi.json',
    tag: 'Operations',
    summary: 'Read the OpenAPI document of this API, where the district serves it',
    access: 'public',
    data: 'Operational',
    retention: 'None',
    rate: 'open',
    priority: 'deferrable',
    schemas: {},
    answers: {
      200: { description: 'The document.', mediaType: 'application/json' },
      304: { description: 'The client has it.' },
      404: { description: 'It is not served here.' },
    },
  },
  async (call, { cache, config }) => {
    if (!config.SERVE_OPENAPI)
      throw new Problem({
        status: 404,
        detail: 'This API does not serve its description. It is in its documentation.',
      });
    const version = config.SERVICE_VERSION;
    const json = (await cache.remember(`openapi:${version}`, HOUR_SECONDS, async () => write(version))) ?? '';
    return conditional(call, represent(json), 'public, max-age=60');
  },
);

async function write(version: string): Promise<string> {
  // This route is one of them, so they can only be had once all of them are made.
  const { ROUTES } = await import('../../routes.ts');
  return JSON.stringify(openApi(ROUTES, version));
}
