import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { decideCredentials, newCredentials, renderCredentials } from './decide.ts';

const facts = (revisions: string[], lost = false) => ({ uid: 'uid-1', revisions, lost });

describe('decideCredentials', () => {
  it('has the Secret made first when no workload carries a revision yet', () => {
    const first = decideCredentials(facts([]));
    expect(first).toMatchObject({ create: 'first', suffix: 'credentials' });
    expect(decideCredentials({ ...facts([]), uid: 'uid-2' }).revision).not.toBe(first.revision);
    expect(decideCredentials(facts([], true))).toEqual(first);
  });

  it('keeps what is on record, also that of an earlier operator', () => {
    for (const revision of ['0123456789ab', 'e3b0c44298fc1c14'])
      expect(decideCredentials(facts([revision, revision]))).toEqual({
        revision,
        suffix: 'credentials',
        create: 'never',
      });
  });

  it('settles on one revision while workloads carry two, in whichever order they are seen', () => {
    expect(decideCredentials(facts(['b', 'a']))).toEqual(decideCredentials(facts(['a', 'b'])));
  });

  it('gives a lost Secret another revision and another name, to be made last', () => {
    const before = decideCredentials(facts([]));
    const lost = decideCredentials(facts([before.revision], true));
    expect(lost).toMatchObject({ create: 'last', suffix: `credentials-${lost.revision}` });
    expect(lost.revision).not.toBe(before.revision);
    expect(decideCredentials(facts([lost.revision]))).toEqual({ ...lost, create: 'never' });
  });

  it('comes to the same when it was interrupted after some workloads', () => {
    const { revision } = decideCredentials(facts([]));
    const lost = decideCredentials(facts([revision], true));
    expect(decideCredentials(facts([lost.revision, revision], true))).toEqual(lost);
  });

  it('never comes back to a name that was used before', () => {
    let { revision, suffix } = decideCredentials(facts([]));
    const names = new Set([suffix]);
    for (let round = 0; round < 50; round += 1) {
      ({ revision, suffix } = decideCredentials(facts([revision], true)));
      expect(names.has(suffix)).toBe(false);
      expect(suffix.length).toBeLessThanOrEqual(25);
      names.add(suffix);
    }
  });
});

describe('newCredentials', () => {
  it('makes every secret by itself, and what is derived from it in the form of its reader', () => {
    let n = 0;
    const credentials = newCredentials(() => `secret${(n += 1)}`);
    const { 'userlist.txt': users, 'auth.conf': auth, ...secrets } = credentials;
    expect(new Set(Object.values(secrets)).size).toBe(7);
    expect(users).toBe(`"heroes_api" "${secrets['api-password'] ?? ''}"\n`);
    expect(auth).toBe(`requirepass ${secrets['cache-password'] ?? ''}\n`);
  });
});

describe('renderCredentials', () => {
  it('makes a Secret that cannot be changed and goes with its platform', () => {
    const secret = renderCredentials(platformWith(), 'credentials', { 'api-password': 'päss' });
    expect(secret).toMatchObject({
      kind: 'Secret',
      immutable: true,
      metadata: { name: 'demo-credentials', ownerReferences: [{ uid: 'uid-1' }] },
    });
    const data = secret.data as Record<string, string>;
    expect(Buffer.from(data['api-password'] ?? '', 'base64').toString()).toBe('päss');
  });

  it('holds nothing where nothing is given', () => {
    expect(renderCredentials(platformWith(), 'credentials', {}).data).toEqual({});
  });
});
