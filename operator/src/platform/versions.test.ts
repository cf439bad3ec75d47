import { describe, expect, it } from 'vitest';
import { isAtLeast } from './versions.ts';

describe('isAtLeast', () => {
  it.each(['0.2.0', '0.2.0-1f2e3d4c', '0.2.1', '0.10.0', '1.0.0', '10.0.0'])('%s is at least 0.2.0', (version) => {
    expect(isAtLeast(version, '0.2.0')).toBe(true);
  });

  it.each(['0.1.0', '0.1.99', '0.1.0-1f2e3d4c', '0.0.9'])('%s is not', (version) => {
    expect(isAtLeast(version, '0.2.0')).toBe(false);
  });
});
