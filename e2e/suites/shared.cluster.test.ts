/** What the operator leaves to others, and what it may not see: fields that another manager declares, and Secrets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, eventually, get, kube, list } from './kube.ts';
import { bootstrap, join, openClass, signIn } from './opened-class.ts';
import { NAME, SmallDistrict } from './small-district.ts';

const NS = 'shared';
const district = new SmallDistrict(NS);

beforeAll(async () => district.create());
afterAll(async () => district.remove());

describe('fields of others', () => {
  const conflicting = (value: string) =>
    kube(
      ['apply', '--server-side', '--field-manager=gitops', '--force-conflicts', '-f', '-'],
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: `${NAME}-workload`, namespace: NS },
        automountServiceAccountToken: value === 'true',
      }),
    );

  it('a field that another manager declares is left to it and reported, not fought over', async () => {
    await conflicting('true');
    await eventually(async () => {
      const degraded = await district.condition('Degraded');
      expect(degraded).toMatchObject({ status: 'True', reason: 'FieldConflict' });
      expect(degraded?.message).toContain('.automountServiceAccountToken is declared by "gitops"');
    });
    const account = await get<{ automountServiceAccountToken: boolean }>(NS, 'sa', `${NAME}-workload`);
    expect(account.automountServiceAccountToken).toBe(true);
    await kube(['delete', 'sa', `${NAME}-workload`, '-n', NS]);
    await eventually(async () => {
      const degraded = await district.condition('Degraded');
      expect(degraded).toMatchObject({ status: 'False' });
    });
  });
});

describe('credentials', () => {
  it('are made by an operator that may not read them', async () => {
    const can = async (verb: string): Promise<string> =>
      kube(['auth', 'can-i', verb, 'secrets', '-n', NS, '--as=system:serviceaccount:heroes-system:heroes-operator']);
    expect((await can('create')).trim()).toBe('yes');
    for (const verb of ['get', 'list', 'watch', 'patch', 'update', 'delete'])
      await expect(can(verb), verb).rejects.toThrow();
  });

  it('that are lost are made anew, and every pod takes them up', async () => {
    await bootstrap(district.ask, await district.bootstrapToken());
    // A kubelet serves an immutable Secret for as long as a pod of its node uses it, even one that is gone: so none may.
    await apply(district.platform({ paused: true }));
    await kube(['scale', 'deploy,statefulset', '--all', '-n', NS, '--replicas=0']);
    await kube([
      'wait',
      'pods',
      '-n',
      NS,
      '-l',
      'app.kubernetes.io/component!=migrate',
      '--for=delete',
      '--timeout=90s',
    ]);
    await kube(['delete', 'secret', '--all', '-n', NS]);
    await apply(district.platform());
    await kube(['scale', 'deploy', `${NAME}-api`, '-n', NS, '--replicas=1']);
    await eventually(async () => {
      expect((await list(NS, 'secret')).map(({ metadata }) => metadata.name)).toEqual([
        expect.stringMatching(`^${NAME}-credentials-r[0-9a-f]{12}$`),
      ]);
    }, 120_000);
    await district.ready('True');
    // What the lost Secret had sealed is gone; whoever knows the password is let in, and a class can be opened.
    const { code } = await openClass(district.ask, await signIn(district.ask));
    await join(district.ask, code);
  });
});
