import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { platformWith } from '../../platform/testing/platforms.ts';
import { ADDRESS_SHARE, decideEdge, decideRoute, FORMER_WAY_MS, MEMORY, type RouteFacts } from './decide.ts';

const decide = (edge: object, more: object = {}) =>
  decideEdge(platformWith({ release: { version: '0.3.0' }, edge, ...more }).spec);
const limits = (memory: string, cpu = '1') => ({
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu, memory } },
});

describe('decideEdge', () => {
  it('holds as many connections and buffers as there is memory for', () => {
    expect(decide({})).toEqual({ ok: true, value: { connections: 4659, buffers: 7987, threads: 1 } });
  });

  it('never plans for more than the memory, whatever that is', () => {
    const { spec } = platformWith({ release: { version: '0.3.0' } });
    const withMemory = (memory: string) => {
      const { requests, limits: given } = spec.edge.resources;
      return { ...spec, edge: { ...spec.edge, resources: { requests, limits: { ...given, memory } } } };
    };
    fc.assert(
      fc.property(fc.integer({ min: 186, max: 200_000 }), (mi) => {
        const verdict = decideEdge(withMemory(`${mi}Mi`));
        if (!verdict.ok) throw new Error(verdict.message);
        const { connections, buffers } = verdict.value;
        const planned = MEMORY.process + connections * MEMORY.connection + buffers * MEMORY.buffer;
        expect(planned).toBeLessThanOrEqual(mi * 2 ** 20);
        expect(connections).toBeLessThan(50_000);
      }),
    );
  });

  it.each([
    ['500m', 1],
    ['2', 2],
    ['2500m', 2],
    ['64', 8],
  ])('runs no more threads than it has cores: %s', (cpu, threads) => {
    expect(decide(limits('512Mi', cpu))).toMatchObject({ value: { threads } });
  });

  it.each([
    [
      'limits.memory',
      { requests: { memory: '64Mi' }, limits: { memory: '128Mi' } },
      '128Mi is room for 358 connections, and an edge pod needs 1000: raise it to 186Mi',
    ],
    [
      'limits.memory',
      { requests: { memory: '1' }, limits: { memory: '1' } },
      '1 is room for 0 connections, and an edge pod needs 1000: raise it to 186Mi',
    ],
  ])('refuses resources that do not do: %s', (field, resources, message) => {
    expect(decide({ resources })).toEqual({
      ok: false,
      reason: 'InvalidResources',
      path: `spec.edge.resources.${field}`,
      message,
    });
  });

  it('takes the memory that it asks for', () => {
    expect(decide(limits('186Mi'))).toMatchObject({ ok: true });
    expect(decide(limits('184Mi'))).toMatchObject({ ok: false });
  });

  it('takes no memory that is too small for a school of 400 with two connections each, behind one address', () => {
    const least = decide(limits('186Mi'));
    expect(least.ok && least.value.connections * ADDRESS_SHARE).toBeGreaterThanOrEqual(800);
  });

  it('refuses a name for a release that has no edge, and says from which on there is one', () => {
    const api = { hostname: 'heroes.example.org' };
    expect(decide({}, { api, release: { version: '0.2.0' } })).toMatchObject({
      reason: 'InvalidAddress',
      path: 'spec.api.hostname',
      message: expect.stringContaining('set release.version to 0.3.0 or newer') as string,
    });
    expect(decide({}, { api })).toMatchObject({ ok: true });
  });
});

describe('decideRoute', () => {
  const NOW_MS = Date.UTC(2026, 10, 24, 12);
  const facts = { wanted: '0.3.0', apiKnowsEdge: true, edgeReady: true, isDirect: false } as const;

  it.each([
    ['a new platform leads to the edge at once', { ...facts, apiKnowsEdge: true, edgeReady: false }, 'edge'],
    ['a release without an edge never does', { ...facts, wanted: '0.2.0', leadsTo: 'edge' }, 'api'],
    ['on the way to one it waits for the edge', { ...facts, leadsTo: 'api', edgeReady: false }, 'api'],
    ['and for API pods that believe it', { ...facts, leadsTo: 'api', apiKnowsEdge: false }, 'api'],
    ['and goes over when both are there', { ...facts, leadsTo: 'api' }, 'edge'],
    ['it does not go back while the edge is away', { ...facts, leadsTo: 'edge', edgeReady: false }, 'edge'],
    ['nor while a release rolls', { ...facts, leadsTo: 'edge', apiKnowsEdge: false }, 'edge'],
  ] as const)('%s', (_what, given, route) => {
    expect(decideRoute(given, NOW_MS).leadsTo).toBe(route);
  });

  const decideOpen = (given: Partial<RouteFacts>) => decideRoute({ ...facts, isDirect: true, ...given }, NOW_MS);

  it('leaves the former way open until nobody can be on it, and looks again then', () => {
    const againAtMs = NOW_MS + FORMER_WAY_MS;
    expect(decideOpen({ leadsTo: 'api' })).toEqual({ leadsTo: 'edge', isDirect: true, againAtMs });
    expect(decideOpen({ leadsTo: 'edge', ledSinceMs: NOW_MS })).toEqual({ leadsTo: 'edge', isDirect: true, againAtMs });
    const long = { leadsTo: 'edge', ledSinceMs: NOW_MS - FORMER_WAY_MS } as const;
    expect(decideOpen(long)).toEqual({ leadsTo: 'edge', isDirect: false });
  });

  it('opens no way that is closed, but for a release without an edge', () => {
    const now = { leadsTo: 'edge', ledSinceMs: NOW_MS } as const;
    expect(decideRoute({ ...facts, ...now }, NOW_MS)).toEqual({ leadsTo: 'edge', isDirect: false });
    expect(decideRoute(facts, NOW_MS)).toEqual({ leadsTo: 'edge', isDirect: false });
    expect(decideRoute({ ...facts, ...now, wanted: '0.2.0' }, NOW_MS)).toEqual({ leadsTo: 'api', isDirect: true });
  });
});
