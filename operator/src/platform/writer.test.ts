/** The requests that writes become, and what refusals mean. */
import { describe, expect, it } from 'vitest';
import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/resource.ts';
import { RefusedError } from './cluster.ts';
import type { Kind } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { DATA_FINALIZER } from './names.ts';
import type { Live } from './observed.ts';
import { platformWith } from './testing/platforms.ts';
import { ClusterWriter } from './writer.ts';

const service = (name = 'demo-api'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'test', labels: { a: 'b' } },
  spec: { type: 'ClusterIP', selector: { a: 'b' } },
});

function writing(fail: (asked: string) => Error | undefined = () => undefined) {
  const asked: { readonly verb: string; readonly object: KubeObject; readonly options: unknown }[] = [];
  const absorbed: KubeObject[] = [];
  const verb =
    (name: string) =>
    async (_resource: Kind, object: KubeObject, options?: unknown): Promise<KubeObject> => {
      asked.push({ verb: name, object, options });
      await Promise.resolve();
      const error = fail(name);
      if (error !== undefined) throw error;
      return { ...object, metadata: { ...object.metadata, resourceVersion: '9' } };
    };
  const verbs = ['apply', 'applyStatus', 'create', 'merge', 'remove'];
  const client = Object.fromEntries(verbs.map((name) => [name, verb(name)])) as unknown as Client;
  const cache = {
    absorb: (_kind: Kind, object: KubeObject): Live => {
      absorbed.push(object);
      return object;
    },
  };
  return { asked, absorbed, writer: new ClusterWriter(client, cache) };
}

const refusal = (status: number, message: string) => () => new ApiError(status, { kind: 'Status', message });

describe('ClusterWriter', () => {
  it('applies an object and gives the cache what the server then holds', async () => {
    const { asked, absorbed, writer } = writing();
    const { live, yielded } = await writer.apply(service(), { dryRun: false });
    expect(asked).toMatchObject([{ verb: 'apply', object: service(), options: { dryRun: false } }]);
    expect(absorbed).toEqual([live]);
    expect(yielded).toEqual([]);
  });

  it('leaves room for others while a namespace does not answer', async () => {
    const answered = Promise.withResolvers<undefined>();
    const asked: string[] = [];
    const apply = async (_resource: Kind, object: KubeObject): Promise<KubeObject> => {
      asked.push(object.metadata.namespace ?? '');
      if (object.metadata.namespace === 'slow') await answered.promise;
      return object;
    };
    const absorb = (_kind: Kind, object: KubeObject): Live => object;
    const writer = new ClusterWriter({ apply } as unknown as Client, { absorb });
    const inNamespace = async (namespace: string) =>
      writer.apply({ ...service(), metadata: { ...service().metadata, namespace } }, { dryRun: false });
    const slow = Array.from({ length: 40 }, async () => inNamespace('slow'));
    await Promise.all(Array.from({ length: 40 }, async () => inNamespace('other')));
    expect(asked.filter((namespace) => namespace === 'slow')).toHaveLength(16);
    answered.resolve(undefined);
    await Promise.all(slow);
    expect(asked).toHaveLength(80);
  });

  it('keeps nothing of what was only rehearsed', async () => {
    const { absorbed, writer } = writing();
    await writer.apply(service(), { dryRun: true });
    expect(absorbed).toEqual([]);
  });

  it.each([
    ['.spec.selector', []],
    ['.metadata.labels.app.kubernetes.io/name', []],
    ['.spec.type', [{ field: '.spec.type', manager: 'argocd' }]],
  ])('leaves %s to another that declares it, unless it is ours by contract', async (field, expected) => {
    let refused = false;
    const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "argocd"', field }];
    const { writer } = writing((name) => {
      if (name !== 'apply' || refused) return undefined;
      refused = true;
      return new ApiError(409, { kind: 'Status', details: { causes } });
    });
    expect((await writer.apply(service(), { dryRun: false })).yielded).toMatchObject(expected);
  });

  it.each([
    [422, 'spec.x: Invalid value', false],
    [422, 'spec.template: field is immutable', true],
    [403, 'exceeded quota', false],
  ])('tells what will be refused for ever from what may be tried again: %i %s', async (status, message, immutable) => {
    const { writer } = writing(refusal(status, message));
    const refused = await writer.apply(service(), { dryRun: false }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ message, immutable });
    await expect(writer.rehearseAnew(service())).rejects.toBeInstanceOf(RefusedError);
    await expect(writer.create(service(), { dryRun: false })).rejects.toBeInstanceOf(RefusedError);
    await expect(writer.report(platformWith(), {})).rejects.toBeInstanceOf(RefusedError);
  });

  it.each([refusal(500, 'etcd is away'), refusal(429, 'too many'), () => new Error('connection refused')])(
    'hands on what may be tried again',
    async (fail) => {
      const { writer } = writing(fail);
      await expect(writer.apply(service(), { dryRun: false })).rejects.not.toBeInstanceOf(RefusedError);
    },
  );

  it.each([
    ['demo-api', 'demo-apx'],
    ['demo-x', 'demo-y'],
    ['a'.repeat(63), `${'a'.repeat(62)}x`],
  ])('rehearses %s anew under a name as long', async (name, other) => {
    const { asked, writer } = writing();
    await writer.rehearseAnew(service(name));
    expect(asked).toMatchObject([{ verb: 'create', object: { metadata: { name: other } }, options: { dryRun: true } }]);
  });

  it('creates what is not there, and leaves what is', async () => {
    expect(await writing().writer.create(service(), { dryRun: false })).toBe(true);
    expect(await writing(refusal(409, 'it exists')).writer.create(service(), { dryRun: false })).toBe(false);
  });

  it('deletes with or without the pods', async () => {
    const { asked, writer } = writing();
    const object: Live = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'test', uid: 'u' } };
    await writer.remove(object);
    await writer.remove(object, 'Orphan');
    expect(asked.map(({ options }) => options)).toEqual(['Background', 'Orphan']);
  });

  it('knows at once that what it deleted is leaving, where something keeps it for a while', async () => {
    const object: Live = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'test', uid: 'u' } };
    const leaving = { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-11-25T10:00:00Z' } };
    const absorbed: KubeObject[] = [];
    const cache = { absorb: (_kind: Kind, each: KubeObject): Live => (absorbed.push(each), each) };
    for (const left of [leaving, undefined]) {
      const client = { remove: async () => Promise.resolve(left) } as unknown as Client;
      await new ClusterWriter(client, cache).remove(object);
    }
    expect(absorbed).toEqual([leaving]);
  });

  it('reports onto the very platform that was seen, and is content when that is gone', async () => {
    const { asked, absorbed, writer } = writing();
    await writer.report(platformWith(), { observedGeneration: 1 });
    const { apiVersion, kind } = platformWith();
    const metadata = { name: 'demo', namespace: 'test', uid: 'uid-1' };
    expect(asked[0]?.object).toEqual({ apiVersion, kind, metadata, status: { observedGeneration: 1 } });
    expect(absorbed).toHaveLength(1);
    await writing(refusal(404, 'not found')).writer.report(platformWith(), {});
  });

  it('sets the finalizer and takes it off; a platform that is going is not put back into the cache', async () => {
    const { asked, absorbed, writer } = writing();
    await writer.finalize(platformWith(), { present: true });
    expect(asked[0]?.object.metadata.finalizers).toEqual([DATA_FINALIZER]);
    expect(absorbed).toHaveLength(1);
    const gone = writing();
    await gone.writer.finalize(platformWith({}, { finalizers: [DATA_FINALIZER, 'x/y'] }), { present: false });
    expect(gone.asked[0]?.object.metadata.finalizers).toEqual(['x/y']);
  });

  it('tells a finalizer that is refused for ever from one that may be tried again', async () => {
    const { writer } = writing(refusal(422, 'metadata.finalizers: Invalid value'));
    await expect(writer.finalize(platformWith(), { present: true })).rejects.toBeInstanceOf(RefusedError);
  });

  it('has no more than a few dozen requests under way, however many platforms there are', async () => {
    let [underWay, most] = [0, 0];
    const apply = async (_resource: Kind, object: KubeObject): Promise<KubeObject> => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return object;
    };
    const cache = { absorb: (_kind: Kind, object: KubeObject): Live => object };
    const writer = new ClusterWriter({ apply } as unknown as Client, cache);
    const inEach = Array.from({ length: 200 }, async (_, index) => {
      const metadata = { ...service().metadata, namespace: `district-${index}` };
      return writer.apply({ ...service(), metadata }, { dryRun: false });
    });
    await Promise.all(inEach);
    expect(most).toBe(32);
  });
});
