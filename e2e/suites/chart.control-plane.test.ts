/** What the operator's chart lets it do, and how the API server treats it: asked of a real one, as the operator. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { helm, kubectl } from '../cluster/kubectl.ts';
import { ROOT } from '../cluster/layout.ts';
import { until } from '../cluster/progress.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/control-plane.ts';
import { grantRights, OPERATOR } from '../control-plane/operator-rights.ts';

const SECRETS = '/api/v1/namespaces/north/secrets';
const PLATFORMS = '/apis/heroesinwaiting.com/v1alpha1';
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${OPERATOR.namespace}/leases`;

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane({ name: 'chart', portBase: 27_900, nodes: 1, volumes: 1 });
  for (const name of ['north', 'south', 'elsewhere'])
    await kubectl(controlPlane.cluster, ['create', 'namespace', name]);
});

afterAll(async () => {
  await controlPlane.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Sends a request as the operator. */
async function ask(token: string, [method, path]: readonly [string, string], body?: object): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { authorization: `Bearer ${token}`, 'content-type': contentType(method) };
  const options = { method, headers, ca: readFileSync(controlPlane.authority), agent: false } as const;
  request(`${controlPlane.server}${path}`, options, (response) => {
    resolve({ status: response.statusCode ?? 0, headers: response.headers });
    response.destroy();
  })
    .on('error', reject)
    .end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

const contentType = (method: string): string =>
  method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';

const secret = (name: string): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, immutable: true });

describe('an operator that serves all namespaces', () => {
  let token: string;
  beforeAll(async () => {
    token = await grantRights(controlPlane);
  });

  const status = async (method: string, path: string, body?: object): Promise<number> =>
    (await ask(token, [method, path], body)).status;

  it('sees platforms and their children everywhere', async () => {
    for (const path of [`${PLATFORMS}/heroesplatforms`, '/apis/apps/v1/deployments', '/api/v1/pods'])
      expect(await status('GET', path), path).toBe(200);
  });

  it('makes a Secret, and then can neither read, list, change nor delete one', async () => {
    expect(await status('POST', SECRETS, secret('made'))).toBe(201);
    for (const path of [SECRETS, `${SECRETS}/made`, '/api/v1/secrets', `${SECRETS}?watch=true`])
      expect(await status('GET', path), path).toBe(403);
    for (const method of ['PATCH', 'PUT', 'DELETE'])
      expect(await status(method, `${SECRETS}/made`, secret('made')), method).toBe(403);
  });

  it('touches nothing else', async () => {
    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    for (const path of [
      '/api/v1/nodes',
      '/api/v1/namespaces',
      roles,
      '/api/v1/namespaces/north/serviceaccounts/default',
    ])
      expect(await status('GET', path), path).toBe(403);
    expect(await status('POST', `${PLATFORMS}/namespaces/north/heroesplatforms`, {})).toBe(403);
    expect(await status('DELETE', `${PLATFORMS}/namespaces/north/heroesplatforms/any`)).toBe(403);
    expect(await status('DELETE', '/api/v1/namespaces/north/pods/any')).toBe(403);
  });

  it('holds its own lease and no other', async () => {
    expect(await status('GET', `${LEASES}/${OPERATOR.release}`)).toBe(404);
    expect(await status('GET', `${LEASES}/other`)).toBe(403);
    expect(await status('GET', LEASES)).toBe(403);
  });
});

describe('its requests, with the chart value flowSchema.enabled', () => {
  let token: string;
  beforeAll(async () => {
    token = await grantRights(controlPlane);
    const chart = join(ROOT, 'charts/heroes-operator');
    const flags = ['-n', OPERATOR.namespace, '--set', 'flowSchema.enabled=true', '-s', 'templates/flowschema.yaml'];
    const manifests = await helm(controlPlane.cluster, ['template', OPERATOR.release, chart, ...flags]);
    await kubectl(controlPlane.cluster, ['apply', '--server-side', '-f', '-'], manifests);
  });

  const uidOf = async (kind: string, name: string): Promise<string> =>
    kubectl(controlPlane.cluster, ['get', kind, name, '-o', 'jsonpath={.metadata.uid}']);

  it.each([
    {
      of: 'its lease',
      path: `${LEASES}/${OPERATOR.release}`,
      schema: `${OPERATOR.release}-lease`,
      level: 'leader-election',
    },
    { of: 'its lists', path: '/apis/apps/v1/deployments', schema: OPERATOR.release, level: OPERATOR.release },
    { of: 'its discovery', path: '/apis/apps/v1', schema: OPERATOR.release, level: OPERATOR.release },
  ])('go their own way: $of', async ({ path, schema, level }) => {
    const wanted = [await uidOf('flowschema', schema), await uidOf('prioritylevelconfiguration', level)];
    // The API server takes a moment until it goes by a new schema.
    await until(`${path} does not go by ${schema}`, { timeoutMs: 30_000, everyMs: 500 }, async () => {
      const { headers } = await ask(token, ['GET', path]);
      const found = ['flowschema', 'prioritylevel'].map((name) => headers[`x-kubernetes-pf-${name}-uid`]);
      return found.join() === wanted.join() ? undefined : `it goes by ${found.join()}`;
    });
  });
});

describe('an operator that serves two namespaces', () => {
  let token: string;
  beforeAll(async () => {
    const cluster = ['clusterrolebinding', 'clusterrole'].map((kind) => `${kind}/${OPERATOR.release}`);
    await kubectl(controlPlane.cluster, ['delete', ...cluster]);
    token = await grantRights(controlPlane, { namespaces: ['north', 'south'] });
  });

  const status = async (path: string): Promise<number> => (await ask(token, ['GET', path])).status;

  it('sees what is in them', async () => {
    for (const namespace of ['north', 'south'])
      expect(await status(`${PLATFORMS}/namespaces/${namespace}/heroesplatforms`), namespace).toBe(200);
  });

  it('sees nothing of others, nor of all together', async () => {
    for (const path of [`${PLATFORMS}/namespaces/elsewhere/heroesplatforms`, `${PLATFORMS}/heroesplatforms`])
      expect(await status(path), path).toBe(403);
    expect(await status(`/apis/apps/v1/namespaces/${OPERATOR.namespace}/deployments`)).toBe(403);
  });
});
