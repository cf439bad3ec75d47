import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { decideCapacity } from './decide.ts';

const decide = (maxConnections: number, max: number, databasePoolSize = 20) =>
  decideCapacity(
    platformWith({ database: { embedded: { maxConnections } }, api: { replicas: { min: 1, max }, databasePoolSize } })
      .spec,
  );

describe('decideCapacity', () => {
  it('gives each pod its share of the connections, for two colours, beside the Jobs and the reserve', () => {
    expect(decide(200, 12)).toEqual({
      ok: true,
      value: { maxConnections: 200, reservedConnections: 16, serverConnectionsPerPod: 7, maxReplicas: 12 },
    });
  });

  it('gives no pod more than its pool can hold', () => {
    expect(decide(200, 2, 5)).toMatchObject({ value: { serverConnectionsPerPod: 5 } });
  });

  it('refuses what does not fit, with the sum and both remedies', () => {
    expect(decide(50, 12)).toEqual({
      ok: false,
      reason: 'ConnectionBudgetExceeded',
      path: 'spec.database.embedded.maxConnections',
      message:
        '2 x 12 pods x 2 connections + 6 for jobs + 10 reserved = 64, more than 50: ' +
        'raise database.embedded.maxConnections to 64, or lower api.replicas.max to 8',
    });
  });

  it('never lets all pods of two colours together ask for more than there is, and its remedies help', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 1000 }), fc.integer({ min: 1, max: 100 }), (connections, max) => {
        const decided = decide(connections, max);
        if (decided.ok) {
          const { serverConnectionsPerPod, reservedConnections } = decided.value;
          expect(2 * max * serverConnectionsPerPod + reservedConnections).toBeLessThanOrEqual(connections);
          return;
        }
        const [, raised] = /maxConnections to (\d+)/.exec(decided.message) ?? [];
        const [, lowered] = /replicas.max to (\d+)/.exec(decided.message) ?? [];
        if (Number(raised) <= 1000) expect(decide(Number(raised), max).ok).toBe(true);
        if (lowered !== undefined) expect(decide(connections, Number(lowered)).ok).toBe(true);
      }),
    );
  });
});
