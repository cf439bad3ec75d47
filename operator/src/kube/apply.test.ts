/** Whose field it is when two want it. The words of conflicts are those of apimachinery's managedfields/internal/conflict.go. */
import { describe, expect, it } from 'vitest';
import { applyFields } from './apply.ts';
import type { ApplyOptions } from './client.ts';
import { ApiError } from './errors.ts';
import type { KubeObject } from './resource.ts';

const resource = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };

const object: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api', namespace: 'n', labels: { 'app.kubernetes.io/name': 'heroes', team: 'x' } },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'api', image: 'api:1', args: ['serve'] },
          { name: 'pooler', image: 'p:1' },
        ],
      },
    },
  },
};

const declared = (field: string, manager = 'argocd') => ({
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}"`,
  field,
});

const written = (field: string, manager = 'kubectl-edit') => ({
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}" using apps/v1 at 2026-11-24T22:00:00Z`,
  field,
});

const conflict = (...causes: object[]): ApiError =>
  new ApiError(409, { kind: 'Status', reason: 'Conflict', message: 'Apply failed', details: { causes } });

/** Refuses until it is forced. */
function server(refusal?: Error) {
  const asked: { readonly object: KubeObject; readonly options: ApplyOptions }[] = [];
  const apply = async (_resource: unknown, given: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> => {
    asked.push({ object: given, options });
    await Promise.resolve();
    if (refusal !== undefined && options.force !== true) throw refusal;
    return { ...given, metadata: { ...given.metadata, resourceVersion: '9' } };
  };
  return { asked, client: { apply } };
}

const application = { resource, object, ours: () => false, dryRun: false };

describe('applyFields', () => {
  it('asks once when nobody objects, and forces nothing', async () => {
    const { asked, client } = server();
    const { live, yielded } = await applyFields(client, application);
    expect(asked).toEqual([{ object, options: { dryRun: false } }]);
    expect([live.metadata.resourceVersion, yielded]).toEqual(['9', []]);
  });

  it('takes back what somebody wrote once, by hand or by a controller', async () => {
    const { asked, client } = server(conflict(written('.spec.replicas'), written('.metadata.labels.team', 'x y')));
    const { yielded } = await applyFields(client, application);
    expect(asked[1]).toEqual({ object, options: { dryRun: false, force: true } });
    expect(yielded).toEqual([]);
  });

  it('leaves to another what that one declares, tells of it, and applies all else', async () => {
    const field = '.spec.template.spec.containers[name="api"].image';
    const { asked, client } = server(conflict(declared(field)));
    const { yielded } = await applyFields(client, application);
    expect(yielded).toEqual([{ field, manager: 'argocd', declared: true }]);
    const expected = structuredClone(object) as unknown as { spec: typeof object.spec };
    const { template } = expected.spec as { template: { spec: { containers: { image?: string }[] } } };
    delete template.spec.containers[0]?.image;
    expect(asked[1]).toEqual({ object: expected, options: { dryRun: false, force: true } });
  });

  it('takes a declared field all the same when it is ours by contract', async () => {
    const { asked, client } = server(conflict(declared('.spec.replicas'), declared('.metadata.labels.team')));
    const ours = (field: string): boolean => field.startsWith('.spec');
    const { yielded } = await applyFields(client, { ...application, ours });
    expect(yielded.map(({ field }) => field)).toEqual(['.metadata.labels.team']);
    expect(asked[1]?.object.spec).toEqual(object.spec);
    expect(asked[1]?.object.metadata.labels).toEqual({ 'app.kubernetes.io/name': 'heroes' });
  });

  it('tells the two apart in one answer', async () => {
    const label = '.metadata.labels.app.kubernetes.io/name';
    const { asked, client } = server(conflict(written('.spec.replicas'), declared(label, 'a "quoted" one')));
    const { yielded } = await applyFields(client, application);
    expect(yielded).toMatchObject([{ field: label, declared: true }]);
    expect(asked[1]?.object).toEqual({ ...object, metadata: { ...object.metadata, labels: { team: 'x' } } });
  });

  it('only rehearses when it is told to', async () => {
    const { asked, client } = server(conflict(written('.spec.replicas')));
    await applyFields(client, { ...application, dryRun: true });
    expect(asked.map(({ options }) => options)).toEqual([{ dryRun: true }, { dryRun: true, force: true }]);
  });

  it('changes nothing in place', async () => {
    const before = structuredClone(object);
    await applyFields(server(conflict(declared('.spec.replicas'))).client, application);
    expect(object).toEqual(before);
  });

  it.each([
    ['a refusal', new ApiError(422, { kind: 'Status', message: 'invalid' })],
    ['a 409 of another kind', new ApiError(409, { kind: 'Status', message: 'uid mismatch' })],
    ['a fault', new Error('connection refused')],
  ])('does not answer %s by force', async (_what, error) => {
    const { asked, client } = server(error);
    await expect(applyFields(client, application)).rejects.toBe(error);
    expect(asked).toHaveLength(1);
  });

  it('takes nothing from another whose field it cannot read', async () => {
    const { asked, client } = server(conflict(declared('.spec{{invalid path element}}[')));
    await expect(applyFields(client, application)).rejects.toThrow('.spec{{invalid path element}}[');
    expect(asked).toHaveLength(1);
  });
});
