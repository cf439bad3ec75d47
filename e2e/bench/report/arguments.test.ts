import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

const LAYOUT = {
  bench: 'x',
  parts: ['one', 'two'],
  numbers: { quietMinutes: 10, rounds: 2 },
  texts: { checkout: 'FOLDER' },
} as const;

describe('readArguments', () => {
  it('takes what the bars are about where nothing is said', () => {
    expect(readArguments(LAYOUT, [])).toEqual({
      parts: ['one', 'two'],
      numbers: { quietMinutes: 10, rounds: 2 },
      texts: { checkout: undefined },
      short: false,
    });
  });

  it('takes parts in their own order, numbers and texts', () => {
    const argv = ['--only', 'two,one', '--quiet-minutes', '0.5', '--checkout', '/there'];
    expect(readArguments(LAYOUT, argv)).toEqual({
      parts: ['one', 'two'],
      numbers: { quietMinutes: 0.5, rounds: 2 },
      texts: { checkout: '/there' },
      short: true,
    });
  });

  it.each([
    [['--only', 'three'], 'there is no part named three'],
    [['--rounds', '0'], '--rounds must be a number above 0, not 0'],
    [['--nothing'], /Unknown option/],
  ])('refuses %j', (argv, fault) => {
    expect(() => readArguments(LAYOUT, argv)).toThrow(fault);
  });
});
