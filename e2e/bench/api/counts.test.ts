import { describe, expect, it } from 'vitest';
import { countsIn, vulnerabilitiesIn } from './counts.ts';

describe('countsIn', () => {
  const matrix = 'stdout | a.test.ts\naccess matrix: 86 routes, 3210 cases\n';
  const fuzz = 'stdout | b.test.ts\nfuzzing: 86 routes, 9876 cases\n';

  it('is what both suites say', () => {
    expect(countsIn(`${fuzz}\n✓ x\n${matrix}`)).toEqual({ routes: 86, matrix: 3210, fuzz: 9876 });
  });

  it('is nothing where one says nothing', () => {
    expect(countsIn(matrix)).toBeUndefined();
    expect(countsIn(fuzz)).toBeUndefined();
  });
});

describe('vulnerabilitiesIn', () => {
  it('is what was found', () => {
    expect(vulnerabilitiesIn('{"metadata":{"vulnerabilities":{"high":2,"total":3}}}')).toBe(3);
  });

  it.each(['', 'npm error', '{"message":"404 Not Found","error":{"summary":""}}'])(
    'is not known where the registry does not say: %j',
    (output) => {
      expect(vulnerabilitiesIn(output)).toBeUndefined();
    },
  );
});
