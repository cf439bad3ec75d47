import { describe, expect, it } from 'vitest';
import { flags, readConfig, watchedNamespaces } from './config.ts';

/** @returns what a function throws, in words. */
function wordsOf(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({ METRICS_PORT: 8080, HEALTH_PORT: 8081, LOG_LEVEL: 'info', WORKERS: 32 });
  });

  it('reads numbers and lists', () => {
    const config = readConfig({ WORKERS: '3', WATCH_NAMESPACES: 'a,b' });
    expect(config.WORKERS).toBe(3);
    expect(watchedNamespaces(config)).toEqual(['a', 'b']);
  });

  it('passes over what is not its own', () => {
    expect(readConfig({ PATH: '/bin', HOME: undefined })).toEqual(readConfig({}));
  });

  it('names every variable that is wrong', () => {
    expect(() => readConfig({ WORKERS: 'many', LOG_LEVEL: 'loud' })).toThrow(
      /LOG_LEVEL[^]*WORKERS|WORKERS[^]*LOG_LEVEL/,
    );
  });

  it.each([
    ['WORKERS', '0'],
    ['METRICS_PORT', '70000'],
    ['LEASE_DURATION_SECONDS', '1'],
    ['RECONCILE_TIMEOUT_SECONDS', '0'],
    ['WATCH_NAMESPACES', 'a b'],
    ['POD_NAME', ''],
  ])('refuses %s=%s in one line that says what it is for', (name, value) => {
    const words = wordsOf(() => readConfig({ [name]: value }));
    expect(words).toMatch(new RegExp(`^${name}: .+\\. [A-Z].+\\.$`));
    expect(words).not.toContain('\n');
  });
});

describe('watchedNamespaces', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a,b,', ['a', 'b']],
    ['a,b,a', ['a', 'b']],
  ])('of "%s" are %j', (WATCH_NAMESPACES, namespaces) => {
    expect(watchedNamespaces({ WATCH_NAMESPACES })).toEqual(namespaces);
  });
});

describe('flags', () => {
  const flagOf = (name: string): string => `--${name.toLowerCase().replaceAll('_', '-')}`;

  it.each(Object.entries(readConfig({})))('has one for %s', (name, value) => {
    const given = name === 'LOG_LEVEL' ? 'debug' : String(typeof value === 'number' ? value + 1 : 'x');
    expect(flags([`${flagOf(name)}=${given}`])).toEqual({ [name]: given });
    expect(flags([flagOf(name), given])).toEqual({ [name]: given });
    expect(readConfig(flags([`${flagOf(name)}=${given}`]))).toMatchObject({
      [name]: typeof value === 'number' ? Number(given) : given,
    });
  });

  it('says nothing of what is not given', () => {
    expect(flags([])).toEqual({});
  });

  it('goes before the environment, as main reads them, also when it is empty', () => {
    const environment = { WORKERS: '3', WATCH_NAMESPACES: 'a' };
    const config = readConfig({ ...environment, ...flags(['--workers=7', '--watch-namespaces=']) });
    expect(config.WORKERS).toBe(7);
    expect(watchedNamespaces(config)).toEqual([]);
  });

  it.each([
    ['an unknown flag', ['--colour=red'], '--colour'],
    ['a name in capitals', ['--WORKERS=3'], '--WORKERS'],
    ['a flag without its value', ['--workers'], '--workers'],
    ['a word that is no flag', ['red'], 'red'],
  ])('refuses %s in one line that names it', (_what, argv, named) => {
    const words = wordsOf(() => flags(argv));
    expect(words).toContain(named);
    expect(words).not.toContain('\n');
  });
});
