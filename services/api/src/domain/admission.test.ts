import { describe, expect, it } from 'vitest';
import { admissionOf, type Acquaintance } from './admission.ts';

const nobody: Acquaintance = { linked: undefined, owner: undefined, isInvited: false };
const owner = { accountId: 'a', isAnothers: false, hasPassword: false };

describe('whom the identity provider’s word lets in', () => {
  it.each<[string, Partial<Acquaintance>, ReturnType<typeof admissionOf>]>([
    ['nobody uninvited', {}, { kind: 'refused' }],
    ['whom an invitation awaits', { isInvited: true }, { kind: 'create' }],
    ['whose identity is known', { linked: 'a' }, { kind: 'known', accountId: 'a' }],
    [
      'whose identity is known, whoever has the address now',
      { linked: 'a', owner: { ...owner, accountId: 'b' } },
      { kind: 'known', accountId: 'a' },
    ],
    ['the owner of the address', { owner }, { kind: 'link', accountId: 'a', dropsPassword: false }],
    [
      'the owner of the address, whose password was set unverified',
      { owner: { ...owner, hasPassword: true } },
      { kind: 'link', accountId: 'a', dropsPassword: true },
    ],
    ['not who has a leaver’s address', { owner: { ...owner, isAnothers: true } }, { kind: 'refused' }],
    [
      'not who has a leaver’s address and an invitation',
      { owner: { ...owner, isAnothers: true }, isInvited: true },
      { kind: 'refused' },
    ],
  ])('%s', (_title, known, admission) => {
    expect(admissionOf({ ...nobody, ...known })).toEqual(admission);
  });
});
