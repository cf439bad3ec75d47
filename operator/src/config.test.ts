import { describe, expect, it } from 'vitest';
import { readConfig, watchedNamespaces } from './config.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({ METRICS_PORT: 8080, HEALTH_PORT: 8081, LOG_LEVEL: 'info', WORKERS: 10 });
  });

  it('reads numbers and lists', () => {
    const config = readConfig({ WORKERS: '3', WATCH_NAMESPACES: 'a,b' });
    expect(config.WORKERS).toBe(3);
    expect(watchedNamespaces(config)).toEqual(['a', 'b']);
  });

  it('names every variable that is wrong', () => {
    expect(() => readConfig({ WORKERS: 'many', LOG_LEVEL: 'loud' })).toThrow(
      /LOG_LEVEL[^]*WORKERS|WORKERS[^]*LOG_LEVEL/,
    );
  });
});
