import { describe, expect, it } from 'vitest';
import { isDate } from './local-time.ts';

describe('a date', () => {
  it.each(['2026-12-02', '2028-02-29'])('is %s', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each(['2026-11-31', '2027-02-29', '20261202', '2026-12-02T08:00', 'today', ''])('is not "%s"', (text) => {
    expect(isDate(text)).toBe(false);
  });
});
