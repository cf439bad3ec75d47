import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Told } from './asking.ts';
import { FakeApiServer } from './fake-api-server.ts';

const MAPS = '/api/v1/namespaces/n/configmaps';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/n/leases';

const map = (name: string, data: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n' },
  data,
});

interface Page {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

let server: FakeApiServer;
beforeEach(async () => {
  server = await FakeApiServer.start();
});
afterEach(async () => server.close());

/** Each refusal is a Status that says so itself. */
function expectRefusal({ status, body }: Told, code: number, reason: string): void {
  expect([status, body]).toEqual([
    code,
    expect.objectContaining({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason }),
  ]);
}

describe('what the fake API server holds', () => {
  it('gives each write a version of its own, and an object its identity', async () => {
    const { status, body } = await ask(server, ['POST', MAPS], { body: map('a') });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      metadata: {
        resourceVersion: '998',
        uid: expect.any(String) as string,
        creationTimestamp: expect.any(String) as string,
      },
    });
    await ask(server, ['POST', MAPS], { body: map('b') });
    expect(server.resourceVersion).toBe('999');
    expect((await ask(server, ['GET', `${MAPS}/a`])).body).toEqual(body);
  });

  it('replaces only the version that was read', async () => {
    const { metadata } = server.put(map('a'));
    const current = { ...map('a', { k: '1' }), metadata };
    expect((await ask(server, ['PUT', `${MAPS}/a`], { body: current })).body).toMatchObject({
      data: { k: '1' },
      metadata: { uid: metadata.uid, resourceVersion: '999' },
    });
    const stale = await ask(server, ['PUT', `${MAPS}/a`], { body: current });
    expectRefusal(stale, 409, 'Conflict');
    expect(stale.body).toHaveProperty(
      'message',
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    expectRefusal(await ask(server, ['PUT', `${MAPS}/a`], { body: map('a') }), 422, 'Invalid');
  });

  it('does not write what changes nothing', async () => {
    const object = server.put(map('a', { k: '1' }));
    await ask(server, ['PUT', `${MAPS}/a?fieldManager=kubectl-edit`], { body: object });
    await ask(server, ['PATCH', `${MAPS}/a`], { body: { data: { k: '1' } }, type: 'application/merge-patch+json' });
    expect(server.resourceVersion).toBe(object.metadata.resourceVersion);
  });

  it('merges patches, and takes out what they set to null', async () => {
    server.put(map('a', { k: '1', l: '2' }));
    const patch = { body: { data: { k: null, m: '3' } }, type: 'application/merge-patch+json' };
    expect((await ask(server, ['PATCH', `${MAPS}/a`], patch)).body).toMatchObject({ data: { l: '2', m: '3' } });
  });

  it('deletes the object that was meant, and keeps one with a finalizer until that is gone', async () => {
    const { metadata } = server.put({ ...map('a'), metadata: { name: 'a', namespace: 'n', finalizers: ['x/y'] } });
    const other = { preconditions: { uid: 'another' } };
    expectRefusal(await ask(server, ['DELETE', `${MAPS}/a`], { body: other }), 409, 'Conflict');
    await ask(server, ['DELETE', `${MAPS}/a`], { body: { preconditions: { uid: metadata.uid } } });
    expect(server.read('configmaps', metadata)?.metadata.deletionTimestamp).toEqual(expect.any(String));
    const patch = { body: { metadata: { finalizers: null } }, type: 'application/merge-patch+json' };
    expect((await ask(server, ['PATCH', `${MAPS}/a`], patch)).status).toBe(200);
    expectRefusal(await ask(server, ['GET', `${MAPS}/a`]), 404, 'NotFound');
    expectRefusal(await ask(server, ['DELETE', `${MAPS}/a`]), 404, 'NotFound');
  });

  it('writes status and the rest through a path each, and counts the changes of the rest', async () => {
    const path = '/apis/apps/v1/namespaces/n/deployments';
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 1 } };
    const made = await ask(server, ['POST', path], { body: { ...deployment, status: { replicas: 9 } } });
    expect(made.body).not.toHaveProperty('status');
    expect(made.body).toHaveProperty('metadata.generation', 1);
    const merge = 'application/merge-patch+json';
    const both = { body: { spec: { replicas: 5 }, status: { replicas: 5 } }, type: merge };
    expect((await ask(server, ['PATCH', `${path}/d/status`], both)).body).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: { replicas: 5 },
    });
    const after = await ask(server, ['PATCH', `${path}/d`], {
      body: { spec: { replicas: 2 }, status: null },
      type: merge,
    });
    expect(after.body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 }, status: { replicas: 5 } });
  });
});

describe('lists of the fake API server', () => {
  const names = ({ body }: Told): string[] => (body as Page).items.map(({ metadata }) => metadata.name);

  it('gives the pages of one snapshot, and items without their kind', async () => {
    for (const name of ['c', 'a', 'b']) server.put(map(name));
    const first = await ask(server, ['GET', `${MAPS}?limit=2`]);
    const { metadata } = first.body as Page;
    expect([names(first), metadata.remainingItemCount]).toEqual([['a', 'b'], 1]);
    expect(first.body).not.toHaveProperty('items.0.kind');
    server.remove('configmaps', { namespace: 'n', name: 'c' });
    const second = await ask(server, ['GET', `${MAPS}?limit=2&continue=${metadata.continue ?? ''}`]);
    expect([names(second), second.body]).toEqual([
      ['c'],
      expect.objectContaining({ metadata: { resourceVersion: metadata.resourceVersion } }),
    ]);
  });

  it('does not go on with a list that was compacted away', async () => {
    for (const name of ['a', 'b']) server.put(map(name));
    const { metadata } = (await ask(server, ['GET', `${MAPS}?limit=1`])).body as Page;
    server.compact();
    expectRefusal(await ask(server, ['GET', `${MAPS}?limit=1&continue=${metadata.continue ?? ''}`]), 410, 'Expired');
    expectRefusal(await ask(server, ['GET', `${MAPS}?continue=nonsense`]), 400, 'BadRequest');
  });

  it('selects by labels and namespace', async () => {
    const labelled = (name: string, labels: Readonly<Record<string, string>>, namespace = 'n') =>
      server.put({ ...map(name), metadata: { name, namespace, labels } });
    labelled('a', { app: 'x' });
    labelled('b', { app: 'x', old: '' });
    labelled('c', { app: 'y' });
    labelled('d', { app: 'x' }, 'other');
    const selected = async (path: string, selector: string) =>
      names(await ask(server, ['GET', `${path}?labelSelector=${encodeURIComponent(selector)}`]));
    expect(await selected(MAPS, 'app=x,!old')).toEqual(['a']);
    expect(await selected(MAPS, 'app!=x')).toEqual(['c']);
    expect(await selected('/api/v1/configmaps', 'app=x')).toEqual(['a', 'b', 'd']);
    expectRefusal(
      await ask(server, ['GET', `${MAPS}?labelSelector=${encodeURIComponent('a in (b)')}`]),
      400,
      'BadRequest',
    );
  });
});

describe('how strict the fake API server is', () => {
  const REFUSED: readonly (readonly [string, readonly [string, string], object, readonly [number, string]])[] = [
    ['malformed JSON', ['POST', MAPS], { body: '{"kind":' }, [400, 'BadRequest']],
    ['a body of another kind', ['POST', MAPS], { body: { ...map('a'), kind: 'Secret' } }, [400, 'BadRequest']],
    ['a body of another version', ['POST', MAPS], { body: { ...map('a'), apiVersion: 'v2' } }, [400, 'BadRequest']],
    ['a name other than the path’s', ['PUT', `${MAPS}/b`], { body: map('a') }, [400, 'BadRequest']],
    [
      'a namespace other than the path’s',
      ['POST', MAPS.replace('/n/', '/m/')],
      { body: map('a') },
      [400, 'BadRequest'],
    ],
    ['an object without a name', ['POST', MAPS], { body: { ...map('a'), metadata: {} } }, [422, 'Invalid']],
    ['a misspelt parameter', ['GET', `${MAPS}?labelselector=a`], {}, [400, 'BadRequest']],
    ['a parameter of another verb', ['GET', `${MAPS}/a?limit=1`], {}, [400, 'BadRequest']],
    ['a malformed parameter', ['GET', `${MAPS}?limit=few`], {}, [400, 'BadRequest']],
    ['a wrong content type', ['POST', MAPS], { body: map('a'), type: 'text/plain' }, [415, 'UnsupportedMediaType']],
    ['a patch of a type it does not know', ['PATCH', `${MAPS}/a`], { body: {} }, [415, 'UnsupportedMediaType']],
    ['a method it does not have', ['POST', `${MAPS}/a`], { body: map('a') }, [405, 'MethodNotAllowed']],
    ['a creation in no namespace', ['POST', '/api/v1/configmaps'], { body: map('a') }, [405, 'MethodNotAllowed']],
    ['a watch from the future', ['GET', `${MAPS}?resourceVersion=2000`], {}, [504, 'Timeout']],
  ];

  it.for(REFUSED)('refuses %s', async ([, request, options, [code, reason]]) => {
    expectRefusal(await ask(server, request, options), code, reason);
    expect(server.resourceVersion).toBe('997');
  });

  it('refuses an object that exists', async () => {
    server.put(map('a'));
    const told = await ask(server, ['POST', MAPS], { body: map('a') });
    expectRefusal(told, 409, 'AlreadyExists');
    expect(told.body).toHaveProperty('message', 'configmaps "a" already exists');
  });

  it.for(['/api/v2/configmaps', '/apis/apps/v1/widgets', '/api/v1/configmaps/a', `${MAPS}/a/scale`, '/nonsense'])(
    'does not know %s',
    async (path) => {
      expect(await ask(server, ['GET', path])).toMatchObject({ status: 404, body: '404 page not found\n' });
    },
  );

  it.for([
    ['2026-01-01T00:00:00.123Z', 'cannot parse ".123Z" as ".000000"'],
    ['2026-01-01T00:00:00Z', 'cannot parse "Z" as ".000000"'],
    ['2026-01-01T00:00:00.123456789Z', 'cannot parse "789Z" as "Z07:00"'],
    ['yesterday', 'cannot parse "yesterday" as "2006"'],
  ] as const)('refuses a Lease renewed at %s', async ([renewTime, fault]) => {
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: { renewTime } };
    const told = await ask(server, ['POST', LEASES], { body: lease });
    expectRefusal(told, 400, 'BadRequest');
    expect(told.body).toHaveProperty(
      'message',
      `Lease in version "v1" cannot be handled as a Lease: parsing time "${renewTime}" as "2006-01-02T15:04:05.000000Z07:00": ${fault}`,
    );
  });

  it('takes a Lease whose times have six digits', async () => {
    const spec = { acquireTime: '2026-01-01T00:00:00.000000Z', renewTime: '2026-01-01T01:00:00.123456+01:00' };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec };
    expect((await ask(server, ['POST', LEASES], { body: lease })).status).toBe(201);
  });
});

it('serves discovery, and the kinds that a test brings', async () => {
  const resource = { apiVersion: 'heroes.test/v1', kind: 'Widget', plural: 'widgets' };
  await using other = await FakeApiServer.start({ resources: [resource] });
  expect((await ask(other, ['GET', '/apis/heroes.test/v1'])).body).toMatchObject({
    kind: 'APIResourceList',
    resources: [{ name: 'widgets', kind: 'Widget', namespaced: true }],
  });
  other.put({ apiVersion: 'heroes.test/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'n' } });
  const { body } = await ask(other, ['GET', '/apis/heroes.test/v1/widgets']);
  expect(body).toMatchObject({ kind: 'WidgetList', items: [{ apiVersion: 'heroes.test/v1', kind: 'Widget' }] });
});
