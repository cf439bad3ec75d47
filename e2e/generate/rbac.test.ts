import { describe, expect, it } from 'vitest';
import { CHILD_KINDS, PLATFORM, POD, SECRET } from '@heroes/operator/platform/kinds.ts';
import { rbacRules } from './rbac.ts';

const verbsOf = (resource: string): readonly string[] =>
  rbacRules()
    .filter(({ resources }) => resources.includes(resource))
    .flatMap(({ verbs }) => verbs);

describe("the operator's rights", () => {
  it('let it make Secrets, and neither read nor change nor delete them', () => {
    expect(verbsOf('secrets')).toEqual(['create']);
  });

  it('are no more than caches, server-side apply and pruning need', () => {
    const used = ['list', 'watch', 'create', 'patch', 'delete'];
    for (const { verbs } of rbacRules()) expect(used).toEqual(expect.arrayContaining([...verbs]));
    expect(verbsOf(POD.plural)).toEqual(['list', 'watch']);
    expect(verbsOf(PLATFORM.plural)).toEqual(['list', 'watch', 'patch']);
    expect(verbsOf(`${PLATFORM.plural}/status`)).toEqual(['patch']);
  });

  it('hold no wildcard, and name each resource once', () => {
    const all = rbacRules().flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(all).not.toContain('*');
    const resources = rbacRules().flatMap(({ apiGroups, resources }) =>
      resources.map((each) => `${apiGroups[0] ?? ''}/${each}`),
    );
    expect(new Set(resources).size).toBe(resources.length);
  });

  it.each([...CHILD_KINDS, POD, PLATFORM])('let it watch each kind that it has a cache of: $kind', ({ plural }) => {
    expect(verbsOf(plural)).toEqual(expect.arrayContaining(['list', 'watch']));
  });

  it.each([...CHILD_KINDS, SECRET])('let it delete no kind that it never removes: $kind', ({ plural, removed }) => {
    expect(verbsOf(plural).includes('delete')).toBe(removed !== 'never');
  });
});
