import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, isOutdated, phcOf } from '../domain/passwords.ts';
import { createPasswords } from './password-hashing.ts';

const PASSWORD = 'tortoise wardrobe quilt';

describe('a stored password', () => {
  const passwords = createPasswords();

  it('is verified by itself alone, and is another each time', async () => {
    const [stored, again] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)]);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(stored).not.toBe(again);
    expect(await passwords.verify(stored, PASSWORD)).toBe(true);
    expect(await passwords.verify(stored, `${PASSWORD} `)).toBe(false);
    expect(await passwords.verify(undefined, PASSWORD)).toBe(false);
    expect(isOutdated(digestOf(stored))).toBe(false);
  });

  it('is verified at the costs that it was made at', async () => {
    const costs = { memoryKiB: 64, passes: 3, lanes: 2 };
    const salt = Buffer.from('a salt of 16 B..');
    const hash = argon2Sync('argon2id', {
      message: PASSWORD,
      nonce: salt,
      parallelism: costs.lanes,
      tagLength: 32,
      memory: costs.memoryKiB,
      passes: costs.passes,
    });
    expect(await passwords.verify(phcOf({ ...costs, salt, hash }), PASSWORD)).toBe(true);
  });

  it('agrees with the reference implementation', async () => {
    // echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1 (github.com/P-H-C/phc-winner-argon2, test.c).
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await passwords.verify(stored, 'password')).toBe(true);
    expect(await passwords.verify(stored, 'differentpassword')).toBe(false);
  });
});
