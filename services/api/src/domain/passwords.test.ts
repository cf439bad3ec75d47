import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COSTS, digestOf, faultOfPassword, isOutdated, normalPassword, phcOf } from './passwords.ts';

const EMAIL = 'dana.teacher@example.org';

describe('a new password', () => {
  it.each([
    ['tortoise wardrobe quilt'],
    ['correcthorsebatterystaple'],
    ['V7#k2!pQz9@w'],
    ['sécurité à toute épreuve'],
    ['パスワードではない秘密の言葉です'],
    ['12 monkeys in one school bus'],
  ])('may be %s', (password) => {
    expect(faultOfPassword(password, EMAIL)).toBeUndefined();
  });

  it.each([
    ['short one', /12 to 128/],
    ['x'.repeat(129), /12 to 128/],
    ['', /12 to 128/],
    // Twelve code units, six characters.
    ['🦊🦊🦊🦊🦊🦊', /12 to 128/],
    [EMAIL, /address of mail/],
    [EMAIL.toUpperCase(), /address of mail/],
    ['danateacher2026!', /address of mail/],
    ['aaaaaaaaaaaa', /again and again/],
    ['abababababab', /again and again/],
    ['password1234', /commonest/],
    ['Password123!!', /commonest/],
    ['P@ssw0rd!!!!', /commonest/],
    ['passwordpassword', /commonest/],
    ['WelcomeWelcome1', /commonest/],
    ['heroesinwaiting', /commonest/],
    ['letmein_letmein', /commonest/],
    ['012345678901', /commonest/],
    ['qwertyuiopas', /commonest/],
    ['1qaz2wsx3edc', /commonest/],
    ['zyxwvutsrqpo', /commonest/],
  ])('may not be %j', (password, why) => {
    expect(faultOfPassword(password, EMAIL)).toMatch(why);
  });

  it('is not taken for an address of mail that has no letters', () => {
    expect(faultOfPassword('9!8#7$6%5&4*', '4711@example.org')).toBeUndefined();
  });

  it('is the same however its signs were put together', () => {
    expect(normalPassword('e\u0301te\u0301 a\u0300 la mer')).toBe(normalPassword('été à la mer'));
  });
});

describe('a digest', () => {
  const bytes = (length: number) =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((each) => Buffer.from(each));

  it('is read as it was written', () => {
    fc.assert(
      fc.property(bytes(16), bytes(32), fc.integer({ min: 8, max: 999_999 }), (salt, hash, memoryKiB) => {
        const digest = { salt, hash, memoryKiB, passes: 2, lanes: 1 };
        expect(digestOf(phcOf(digest))).toEqual(digest);
      }),
    );
  });

  it('is outdated as soon as a cost has changed', () => {
    expect(isOutdated(COSTS)).toBe(false);
    expect(isOutdated({ ...COSTS, memoryKiB: 12_288 })).toBe(true);
    expect(isOutdated({ ...COSTS, passes: 3 })).toBe(true);
    expect(isOutdated({ ...COSTS, lanes: 2 })).toBe(true);
  });

  it.each(['', 'password', '$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', '$2b$12$abcdefghijklmnopqrstuv'])(
    'is not %j',
    (phc) => {
      expect(() => digestOf(phc)).toThrow('no Argon2id digest');
    },
  );
});
