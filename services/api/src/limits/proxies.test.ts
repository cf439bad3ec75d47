import { describe, expect, it } from 'vitest';
import { proxiesOf } from './proxies.ts';

describe('trusted proxies', () => {
  const trusts = proxiesOf('10.0.0.0/8,192.168.7.7,fd00::/8');

  it.each(['10.1.2.3', '::ffff:10.1.2.3', '192.168.7.7', 'fd12::1'])('are believed: %s', (address) => {
    expect(trusts(address)).toBe(true);
  });

  it.each(['11.0.0.1', '192.168.7.8', 'fe80::1', '::1', '', 'unknown', '10.0.0'])(
    'are nobody else: "%s"',
    (address) => {
      expect(trusts(address)).toBe(false);
    },
  );

  it('are none unless they are named', () => {
    expect(proxiesOf('')('127.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0/8', 'proxy.example', '10.0.0.0/x'])('cannot be "%s"', (entry) => {
    expect(() => proxiesOf(`10.0.0.0/8,${entry}`)).toThrow(entry);
  });
});
