import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyFields, type Application } from './apply.ts';
import type { KubeObject } from './resource.ts';
import { connect, type Connection } from './testing/connecting.ts';
import { FakeApiServer } from './testing/fake-api-server.ts';

const DEPLOYMENTS = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };

const deployment = (spec: object, metadata = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'n', ...metadata },
  spec,
});

let server: FakeApiServer;
let us: Connection;
beforeEach(async () => {
  server = await FakeApiServer.start();
  us = connect(server);
});
afterEach(async () => {
  await us[Symbol.asyncDispose]();
  await server.close();
});

describe('server-side apply', () => {
  const applying = async (object: KubeObject, options: Partial<Application> = {}) =>
    applyFields(us.client, { resource: DEPLOYMENTS, object, ours: () => false, dryRun: false, ...options });
  const declare = async (object: KubeObject): Promise<void> => {
    await using other = connect(server, { fieldManager: 'gitops' });
    await other.client.apply(DEPLOYMENTS, object, { force: true });
  };
  const image = (name: string) => ({ template: { spec: { containers: [{ name: 'api', image: name }] } } });

  it('tells who owns what it would change', async () => {
    await us.client.apply(DEPLOYMENTS, deployment({ replicas: 1, ...image('a') }));
    server.put(deployment({ replicas: 3, ...image('a') }), 'kubectl-edit');
    await declare(deployment(image('b')));
    await expect(us.client.apply(DEPLOYMENTS, deployment({ replicas: 1, ...image('a') }))).rejects.toMatchObject({
      conflicts: [
        { field: '.spec.template.spec.containers[name="api"].image', manager: 'gitops', declared: true },
        { field: '.spec.replicas', manager: 'kubectl-edit', declared: false },
      ],
    });
  });

  it('takes back what was edited by hand', async () => {
    await applying(deployment({ replicas: 1 }));
    server.put(deployment({ replicas: 3 }), 'kubectl-edit');
    expect(await applying(deployment({ replicas: 1 }))).toMatchObject({ live: { spec: { replicas: 1 } }, yielded: [] });
  });

  it('leaves to its owner what another declares, unless it is ours by contract', async () => {
    const wanted = deployment({ replicas: 1, ...image('a') });
    await applying(wanted);
    await declare(deployment({ replicas: 5, ...image('b') }));
    expect(await applying(wanted, { ours: (field) => field.endsWith('.image') })).toMatchObject({
      live: { spec: { replicas: 5, ...image('a') } },
      yielded: [{ field: '.spec.replicas', manager: 'gitops' }],
    });
  });

  it.for([
    ['plain', {}],
    ['app.kubernetes.io/part-of', {}],
    ['app.kubernetes.io/part-of', { app: 'x' }],
  ] as const)('leaves the label %s to who declares it, beside %j', async ([label, others]) => {
    const labelled = (value: string) => deployment({ replicas: 1 }, { labels: { ...others, [label]: value } });
    await applying(labelled('ours'));
    await declare(labelled('theirs'));
    expect(await applying(labelled('ours'))).toMatchObject({
      live: { metadata: { labels: { [label]: 'theirs' } } },
      yielded: [{ manager: 'gitops' }],
    });
  });

  it('writes nothing when all is as it should be', async () => {
    await applying(deployment({ replicas: 1 }));
    const before = server.resourceVersion;
    await applying(deployment({ replicas: 1 }));
    expect(server.resourceVersion).toBe(before);
  });
});
