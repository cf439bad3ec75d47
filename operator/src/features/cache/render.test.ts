import { describe, expect, it } from 'vitest';
import { quantityValue } from '../../platform/quantity.ts';
import { platformWith } from '../../platform/testing/platforms.ts';
import type { Release } from '../../platform/pods.ts';
import { renderCache, valkeyConf, valkeyMemory } from './render.ts';

/** Units of valkey.conf: those with a b are powers of 1024. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  kb: 2 ** 10,
  m: 1e6,
  mb: 2 ** 20,
  g: 1e9,
  gb: 2 ** 30,
};

function bytes(written: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([a-z]*)$/.exec(written) ?? [];
  return Number(digits) * (UNITS[unit] ?? NaN);
}

describe('valkeyMemory', () => {
  it.each([
    ['64Mi', '64mb'],
    ['64M', '64m'],
    ['1Gi', '1gb'],
    ['2000Ki', '2000kb'],
    ['1000000', '1000000'],
  ])('writes %s as %s: what is written rolls the cache when it changes', (quantity, written) => {
    expect(valkeyMemory(quantity)).toBe(written);
  });

  it.each(['1.5Gi', '0.5Gi', '2.5M', '1Ti', '1T', '100000000m'])('keeps the value of %s', (quantity) => {
    expect(bytes(valkeyMemory(quantity))).toBe(quantityValue(quantity));
  });
});

describe('valkeyConf', () => {
  it('bounds the memory by what the spec gives', () => {
    expect(valkeyConf(platformWith({ cache: { embedded: { maxMemory: '128Mi' } } }))).toContain('maxmemory 128mb\n');
  });
});

describe('the memory limit', () => {
  const RELEASE: Release = { version: '0.1.0', inputs: { secret: 's', revision: 'c', config: 'd' } };

  it.each([
    ['64Mi', '256Mi'],
    ['128Mi', '256Mi'],
    ['256Mi', '448Mi'],
    ['1Gi', '1600Mi'],
    ['500M', '780Mi'],
    ['640Mi', '1Gi'],
    ['999999999999999T', '4Ei'],
  ])('leaves room beside %s of data: %s', (maxMemory, limit) => {
    const rendered = renderCache(platformWith({ cache: { embedded: { maxMemory } } }), RELEASE);
    expect(JSON.stringify(rendered)).toContain(`"limits":{"memory":"${limit}"}`);
  });
});

describe('the CPU that is asked for', () => {
  const requested = (version: string): string => {
    const rendered = renderCache(platformWith({}), { version, inputs: { secret: 's', revision: 'c', config: 'd' } });
    return /"requests":\{"cpu":"(\w+)"/.exec(JSON.stringify(rendered))?.[1] ?? 'none';
  };

  it.each([
    ['0.2.1', '20m'],
    ['0.3.0', '50m'],
  ])('is, by release %s, %s', (version, cpu) => {
    expect(requested(version)).toBe(cpu);
  });
});
