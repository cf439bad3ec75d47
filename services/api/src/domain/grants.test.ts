import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROLES, type Account, type AccountRole, type Grant } from '../access/roles.ts';
import { faultOfGrant, maySet } from './grants.ts';

const ACCOUNT_ROLES = ROLES.filter((role): role is AccountRole => role !== 'student');
const account = (...grants: readonly Grant[]): Account => ({ kind: 'account', accountId: 'a', signInId: 's', grants });
const grants = fc.record(
  { role: fc.constantFrom(...ACCOUNT_ROLES), schoolId: fc.constantFrom('north', 'south') },
  { requiredKeys: ['role'] },
) as fc.Arbitrary<Grant>;

describe('a grant', () => {
  it('names a school if, and only if, its role is held at one', () => {
    expect(faultOfGrant({ role: 'facilitator' })).toMatch(/Name it/);
    expect(faultOfGrant({ role: 'school_admin' })).toMatch(/Name it/);
    expect(faultOfGrant({ role: 'district_admin', schoolId: 'north' })).toMatch(/Name no school/);
    expect(faultOfGrant({ role: 'facilitator', schoolId: 'north' })).toBeUndefined();
    expect(faultOfGrant({ role: 'content_editor' })).toBeUndefined();
  });

  it('is anything that the district’s administrators like', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        expect(maySet(account({ role: 'district_admin' }), grant)).toBe(true);
      }),
    );
  });

  it('is a facilitator of the own school where a school’s administrator gives it', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        const own = grant.role === 'facilitator' && grant.schoolId === 'north';
        const admin = account({ role: 'school_admin', schoolId: 'north' }, { role: 'facilitator', schoolId: 'south' });
        expect(maySet(admin, grant)).toBe(own);
      }),
    );
  });

  it('is nothing that anybody else could give', () => {
    const others = account(
      { role: 'facilitator', schoolId: 'north' },
      { role: 'content_editor' },
      { role: 'platform_operator' },
    );
    fc.assert(
      fc.property(grants, (grant) => {
        expect(maySet(others, grant)).toBe(false);
      }),
    );
  });
});
