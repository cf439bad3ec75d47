import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apply, ask } from './asking.ts';
import { FakeApiServer } from './fake-api-server.ts';

const PATH = '/apis/apps/v1/namespaces/n/deployments/d';

/** A Deployment with the given spec. */
const deployment = (spec: object, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'n', ...metadata },
  spec,
});

const containers = (...given: object[]) => ({ template: { spec: { containers: given } } });

let server: FakeApiServer;
beforeEach(async () => {
  server = await FakeApiServer.start();
});
afterEach(async () => server.close());

const live = () => server.read('deployments', { name: 'd', namespace: 'n' });

describe('server-side apply of the fake API server', () => {
  it('creates, and records the fields as those of the applier', async () => {
    const { status, body } = await apply(server, PATH, {
      body: deployment({ replicas: 1, ...containers({ name: 'api', image: 'i' }) }, { labels: { app: 'x' } }),
      manager: 'us',
    });
    expect(status).toBe(201);
    expect(body).toHaveProperty('metadata.managedFields', [
      {
        manager: 'us',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:template': {
              'f:spec': { 'f:containers': { 'k:{"name":"api"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
            },
          },
        },
      },
    ]);
  });

  it('does not write when the same is applied again', async () => {
    const body = deployment({ replicas: 1, ...containers({ name: 'api', image: 'i' }) });
    await apply(server, PATH, { body, manager: 'us' });
    const before = live();
    expect(await apply(server, PATH, { body, manager: 'us' })).toMatchObject({ status: 200, body: before });
    expect(server.resourceVersion).toBe(before?.metadata.resourceVersion);
  });

  it('refuses to change what an editor changed, in the words of the real server', async () => {
    await apply(server, PATH, { body: deployment({ replicas: 1, paused: false }), manager: 'us' });
    server.put(deployment({ replicas: 3, paused: false }), 'kubectl-edit');
    const { status, body } = await apply(server, PATH, {
      body: deployment({ replicas: 1, paused: false }),
      manager: 'us',
      force: false,
    });
    const by = expect.stringMatching(
      /^conflict with "kubectl-edit" using apps\/v1 at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    ) as string;
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({
        kind: 'Status',
        reason: 'Conflict',
        message: expect.stringMatching(
          /^Apply failed with 1 conflict: conflict with "kubectl-edit" .*: \.spec\.replicas$/,
        ) as string,
        details: { causes: [{ reason: 'FieldManagerConflict', message: by, field: '.spec.replicas' }] },
      }),
    ]);
    expect(live()).toHaveProperty('spec.replicas', 3);
  });

  it('names other appliers, and items of lists by their keys', async () => {
    await apply(server, PATH, {
      body: deployment(containers({ name: 'api', image: 'i', ports: [{ containerPort: 80, name: 'h' }] })),
      manager: 'other',
    });
    const { body } = await apply(server, PATH, {
      body: deployment(containers({ name: 'api', image: 'j', ports: [{ containerPort: 80, name: 'g' }] })),
      manager: 'us',
    });
    const item = '.spec.template.spec.containers[name="api"]';
    expect(body).toMatchObject({
      message: `Apply failed with 2 conflicts: conflicts with "other":\n- ${item}.image\n- ${item}.ports[containerPort=80,protocol="TCP"].name`,
      details: { causes: [{ message: 'conflict with "other"', field: `${item}.image` }, {}] },
    });
  });

  it('takes a field by force, and leaves the rest to its owner', async () => {
    await apply(server, PATH, { body: deployment({ replicas: 1, paused: true }), manager: 'other' });
    const { status } = await apply(server, PATH, { body: deployment({ replicas: 2 }), manager: 'us', force: true });
    expect([status, live()?.spec]).toEqual([200, { replicas: 2, paused: true }]);
    const again = await apply(server, PATH, { body: deployment({ replicas: 1, paused: true }), manager: 'other' });
    expect(again.body).toHaveProperty('details.causes.0.message', 'conflict with "us"');
  });

  it('shares a field that both set to the same value', async () => {
    await apply(server, PATH, { body: deployment({ replicas: 1 }), manager: 'other' });
    expect((await apply(server, PATH, { body: deployment({ replicas: 1 }), manager: 'us' })).status).toBe(200);
    await apply(server, PATH, { body: deployment({}), manager: 'us' });
    expect(live()).toHaveProperty('spec.replicas', 1);
  });

  it('takes out what its applier gives up, items of lists and what held nothing else included', async () => {
    const both = containers({ name: 'api', image: 'i' }, { name: 'sidecar', image: 's' });
    await apply(server, PATH, { body: deployment(both, { labels: { a: '1' } }), manager: 'us' });
    await apply(server, PATH, { body: deployment(containers({ name: 'api', image: 'i' })), manager: 'us' });
    expect(live()?.spec).toEqual(containers({ name: 'api', image: 'i' }));
    expect(live()?.metadata).not.toHaveProperty('labels');
  });

  it('keeps the items that others add to a list with keys, and replaces one without', async () => {
    await apply(server, PATH, {
      body: deployment({ ...containers({ name: 'api', args: ['a', 'b'] }) }),
      manager: 'us',
    });
    await apply(server, PATH, { body: deployment(containers({ name: 'sidecar', image: 's' })), manager: 'other' });
    await apply(server, PATH, { body: deployment(containers({ name: 'api', args: ['c'] })), manager: 'us' });
    expect(live()?.spec).toEqual(containers({ name: 'api', args: ['c'] }, { name: 'sidecar', image: 's' }));
  });

  it('keeps what is owned through the path of the status apart', async () => {
    await apply(server, PATH, { body: deployment({ replicas: 1 }), manager: 'us' });
    const status = { ...deployment({ replicas: 9 }), status: { readyReplicas: 1 } };
    await apply(server, `${PATH}/status`, { body: status, manager: 'us' });
    expect(live()).toMatchObject({ spec: { replicas: 1 }, status: { readyReplicas: 1 } });
    await apply(server, PATH, { body: deployment({ replicas: 2 }), manager: 'us' });
    expect(live()).toMatchObject({ spec: { replicas: 2 }, status: { readyReplicas: 1 }, metadata: { generation: 2 } });
    const other = { ...deployment({}), status: { readyReplicas: 0 } };
    const conflict = await apply(server, `${PATH}/status`, { body: other, manager: 'other' });
    expect(conflict.body).toHaveProperty('details.causes.0.message', 'conflict with "us" with subresource "status"');
  });

  it('only says what it would do in a dry run', async () => {
    const type = 'application/apply-patch+yaml';
    const path = `${PATH}?fieldManager=us&dryRun=All&force=true&fieldValidation=Strict`;
    const { status, body } = await ask(server, ['PATCH', path], { body: deployment({ replicas: 1 }), type });
    expect([status, body, live()]).toEqual([201, expect.objectContaining({ spec: { replicas: 1 } }), undefined]);
  });

  const type = 'application/apply-patch+yaml';
  it.for([
    ['no field manager', PATH, deployment({}), [422, 'fieldManager: Required value: is required for apply patch']],
    [
      'managed fields',
      `${PATH}?fieldManager=us`,
      deployment({}, { managedFields: [] }),
      [400, 'managedFields must be nil'],
    ],
    ['another version', `${PATH}?fieldManager=us`, { ...deployment({}), apiVersion: 'v1' }, [400, 'Incorrect version']],
    [
      'another name',
      `${PATH}?fieldManager=us`,
      deployment({}, { name: 'e' }),
      [400, 'does not match the name on the URL'],
    ],
    ['a uid that is not there', `${PATH}?fieldManager=us`, deployment({}, { uid: 'u' }), [409, 'uid mismatch']],
    ['nonsense', `${PATH}?fieldManager=us`, '{', [400, 'error decoding patch']],
  ] as const)('refuses an apply with %s', async ([, path, body, [code, message]]) => {
    const told = await ask(server, ['PATCH', path], { body, type });
    expect(told).toMatchObject({
      status: code,
      body: { kind: 'Status', message: expect.stringContaining(message) as string },
    });
  });

  it('refuses force on a patch that is not an apply', async () => {
    server.put(deployment({}));
    const told = await ask(server, ['PATCH', `${PATH}?force=true`], { body: {}, type: 'application/merge-patch+json' });
    expect(told).toMatchObject({ status: 422, body: { message: expect.stringContaining('Forbidden') as string } });
  });
});
