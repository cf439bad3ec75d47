import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerOf, networkOf } from './address.ts';

const digestWith = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest();
const SECRET = digestWith('a secret of the pods');
const NOON = Date.UTC(2026, 10, 25, 12);

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:0001:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('a caller', () => {
  it('is the same all day and in all pods, whatever address of its network it uses', () => {
    const name = callerOf('2001:db8:1:2::1', SECRET, NOON);
    expect(callerOf('2001:db8:1:2:ffff::9', SECRET, NOON + 3_600_000)).toBe(name);
    expect(callerOf('2001:db8:1:3::1', SECRET, NOON)).not.toBe(name);
  });

  it('is another one the next day, and for whoever has another secret', () => {
    const name = callerOf('203.0.113.7', SECRET, NOON);
    expect(callerOf('203.0.113.7', SECRET, NOON + 86_400_000)).not.toBe(name);
    expect(callerOf('203.0.113.7', digestWith('another'), NOON)).not.toBe(name);
  });

  it('never shows its address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(callerOf(address, SECRET, NOON)).toMatch(/^[\w-]{22}$/);
      }),
    );
  });
});
