import { expect, it } from 'vitest';
import { alias, ALIASES } from './aliases.ts';

it('aliases are all different and look like no name of a person', () => {
  const all = new Set(Array.from({ length: ALIASES }, (_, index) => alias(index)));
  expect(all.size).toBe(ALIASES);
  expect([...all].every((each) => /^[A-Z][a-z]+ [A-Z][a-z]+ \d{1,2}$/.test(each))).toBe(true);
});
