import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostUsed, podsOf, type Capacity } from './decide.ts';
import { inForce, TAKEN_UP_MS, type Budget, type LiveBudget } from './in-force.ts';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const LONG_AGO_MS = NOW_MS - 3_600_000;
const RESERVED = 16;

const capacity = (maxConnections: number, maxReplicas: number): Capacity => ({
  maxConnections,
  maxReplicas,
  reservedConnections: RESERVED,
  serverConnectionsPerPod: Math.floor((maxConnections - RESERVED) / podsOf({ maxReplicas })),
});

/** A cluster in which a capacity has been in force for long. */
const settled = ({ serverConnectionsPerPod, maxReplicas, maxConnections }: Capacity): LiveBudget => ({
  pool: { size: serverConnectionsPerPod, former: serverConnectionsPerPod, sinceMs: LONG_AGO_MS },
  maxReplicas,
  database: { maxConnections, isCurrent: true },
  pods: 3,
  isRolledOut: true,
});

/** A capacity that nothing is known of from before. */
const held = (of: Capacity): Budget => ({ ...of, formerPoolSize: of.serverConnectionsPerPod });

const numbers = ({ serverConnectionsPerPod, maxReplicas, maxConnections }: Capacity): number[] => [
  serverConnectionsPerPod,
  maxReplicas,
  maxConnections,
];

describe('the budget in force', () => {
  const before = capacity(200, 12);

  it('is what the spec asks for where nothing is there yet, and where nothing changes', () => {
    const nothing = { pool: undefined, maxReplicas: undefined, database: undefined, pods: 0, isRolledOut: false };
    expect(inForce(before, nothing, NOW_MS)).toEqual(held(before));
    expect(inForce(before, settled(before), NOW_MS)).toEqual(held(before));
  });

  it('lets pools shrink at once, and adds pods when all have taken that up', () => {
    const more = capacity(200, 20);
    const first = inForce(more, settled(before), NOW_MS);
    expect(first).toEqual({
      ...more,
      maxReplicas: 12,
      formerPoolSize: 7,
      pending: '20 API pods wait until no pod has a pool of more than 4 connections',
      againAtMs: NOW_MS + TAKEN_UP_MS,
    });
    const written = { ...settled(before), pool: { size: 4, former: 7, sinceMs: NOW_MS } };
    expect(inForce(more, written, NOW_MS + TAKEN_UP_MS - 1)).toMatchObject({ maxReplicas: 12 });
    expect(inForce(more, written, NOW_MS + TAKEN_UP_MS)).toMatchObject(more);
  });

  it('adds no pods while some of a release that takes up nothing wait to be replaced', () => {
    const more = capacity(200, 20);
    const rolling = { ...settled(before), pool: { size: 4, former: 7, sinceMs: LONG_AGO_MS }, isRolledOut: false };
    expect(inForce(more, rolling, NOW_MS)).toMatchObject({ maxReplicas: 12, againAtMs: NOW_MS + 10_000 });
    expect(inForce(more, { ...rolling, isRolledOut: true }, NOW_MS)).toMatchObject(more);
  });

  it('adds pods at once where all pods might have the larger pool that some still have', () => {
    const roomy = { ...capacity(1000, 4), serverConnectionsPerPod: 20 };
    const wanted = { ...roomy, serverConnectionsPerPod: 10, maxReplicas: 6 };
    expect(inForce(wanted, settled(roomy), NOW_MS)).toEqual({ ...wanted, formerPoolSize: 20 });
  });

  it('remembers the largest of several sizes that followed each other closely', () => {
    const smaller = { ...before, serverConnectionsPerPod: 3 };
    const written = { ...settled(before), pool: { size: 4, former: 7, sinceMs: NOW_MS } };
    expect(inForce(smaller, written, NOW_MS + 1)).toMatchObject({ formerPoolSize: 7 });
    expect(inForce(smaller, written, NOW_MS + TAKEN_UP_MS)).toMatchObject({ formerPoolSize: 4 });
  });

  it('adds pods at once whose pools are no smaller', () => {
    const small = { ...capacity(1000, 4), serverConnectionsPerPod: 20 };
    const more = { ...small, maxReplicas: 8 };
    expect(inForce(more, settled(small), NOW_MS)).toMatchObject(more);
  });

  it('lets pools grow when the autoscaler and the pods that stand leave room for it', () => {
    const fewer = capacity(200, 4);
    const first = inForce(fewer, settled(before), NOW_MS);
    expect(numbers(first)).toEqual([7, 4, 200]);
    expect(first.pending).toBe('pools of 23 connections wait until there are at most 8 API pods');
    const lowered = { ...settled(before), maxReplicas: 4 };
    expect(numbers(inForce(fewer, { ...lowered, pods: 9 }, NOW_MS))).toEqual([7, 4, 200]);
    expect(inForce(fewer, { ...lowered, pods: 8 }, NOW_MS)).toMatchObject(fewer);
  });

  it('asks PostgreSQL for more only once it runs with more', () => {
    const larger = capacity(400, 24);
    const first = inForce(larger, settled(before), NOW_MS);
    expect(numbers(first)).toEqual([7, 12, 400]);
    expect(first.pending).toMatch(
      /^24 API pods wait until PostgreSQL has 352 connections; pools of 8 connections wait/,
    );
    const restarting = { ...settled(before), database: { maxConnections: 400, isCurrent: false } };
    expect(numbers(inForce(larger, restarting, NOW_MS))).toEqual([7, 12, 400]);
    const restarted = { ...settled(before), database: { maxConnections: 400, isCurrent: true } };
    expect(inForce(larger, restarted, NOW_MS)).toEqual({ ...larger, formerPoolSize: 7 });
  });

  it('leaves PostgreSQL what can still be asked of it, and takes the rest when nobody can', () => {
    const smaller = capacity(100, 12);
    const first = inForce(smaller, settled(before), NOW_MS);
    expect(numbers(first)).toEqual([3, 12, 200]);
    expect(first.pending).toBe('max_connections = 100 waits until no more can be asked for');
    const written = { ...settled(before), pool: { size: 3, former: 7, sinceMs: NOW_MS } };
    expect(inForce(smaller, written, NOW_MS + TAKEN_UP_MS)).toMatchObject(smaller);
  });
});

/** A cluster that does as it is told, each part in its own time. */
class Cluster {
  nowMs = NOW_MS;
  pool = { size: 0, former: 0, sinceMs: 0 };
  maxReplicas = 0;
  /** Of postgres.conf, and what the server runs with. */
  conf = 0;
  running = 0;
  /** What each pod's pool is, and from when on it is another. */
  pods: { size: number; next?: { readonly size: number; readonly atMs: number } }[] = [];

  constructor(start: Capacity, pods: number) {
    const size = start.serverConnectionsPerPod;
    this.pool = { size, former: size, sinceMs: LONG_AGO_MS };
    this.maxReplicas = start.maxReplicas;
    this.conf = this.running = start.maxConnections;
    this.pods = Array.from({ length: pods }, () => ({ size: start.serverConnectionsPerPod }));
  }

  live(): LiveBudget {
    const { pool, maxReplicas, conf, running, pods } = this;
    const database = { maxConnections: conf, isCurrent: conf === running };
    return { pool, maxReplicas, database, pods: pods.length, isRolledOut: true };
  }

  /** @param delaysMs - after which the pods that stand take up a change */
  apply(
    { serverConnectionsPerPod: size, formerPoolSize: former, ...budget }: Budget,
    delaysMs: readonly number[],
  ): void {
    if (size !== this.pool.size) {
      this.pool = { size, former, sinceMs: this.nowMs };
      for (const [index, pod] of this.pods.entries())
        pod.next = { size, atMs: this.nowMs + (delaysMs[index % delaysMs.length] ?? 0) };
    }
    this.maxReplicas = budget.maxReplicas;
    this.conf = budget.maxConnections;
  }

  advance(ms: number): void {
    this.nowMs += ms;
    for (const pod of this.pods)
      if (pod.next !== undefined && pod.next.atMs <= this.nowMs) {
        pod.size = pod.next.size;
        delete pod.next;
      }
  }

  /** Connections in use when every pod has opened all that it may, and the Jobs theirs. */
  get used(): number {
    return this.pods.reduce((sum, { size }) => sum + size, 0) + RESERVED;
  }
}

describe('the sum of connections', () => {
  const spec = fc.record({ connections: fc.integer({ min: 60, max: 600 }), max: fc.integer({ min: 1, max: 11 }) });
  const step = fc.oneof(
    fc.record({ is: fc.constant('edit' as const), spec }),
    fc.record({ is: fc.constant('time' as const), ms: fc.integer({ min: 0, max: 120_000 }) }),
    fc.constant({ is: 'restart' as const }),
    fc.record({ is: fc.constant('scale' as const), to: fc.integer({ min: 1, max: 22 }) }),
  );
  const delays = fc.array(fc.integer({ min: 0, max: TAKEN_UP_MS }), { minLength: 1, maxLength: 5 });

  it('is never more than PostgreSQL runs with, whatever is edited when, and however slowly pods take it up', () => {
    fc.assert(
      fc.property(spec, fc.array(step, { maxLength: 40 }), delays, (first, steps, delaysMs) => {
        let target = capacity(first.connections, first.max);
        const cluster = new Cluster(target, first.max);
        for (const each of steps) {
          if (each.is === 'edit') target = capacity(each.spec.connections, each.spec.max);
          if (each.is === 'time') cluster.advance(each.ms);
          if (each.is === 'restart') cluster.running = cluster.conf;
          // As a roll-out may have it: two colours of as many as there may be. More that are there already may stay.
          if (each.is === 'scale') {
            const to = Math.min(each.to, podsOf(cluster));
            while (cluster.pods.length > to) cluster.pods.pop();
            while (cluster.pods.length < to) cluster.pods.push({ size: cluster.pool.size });
          }
          cluster.apply(inForce(target, cluster.live(), cluster.nowMs), delaysMs);
          expect(cluster.used).toBeLessThanOrEqual(cluster.running);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('becomes what the spec asks for, once the pods that are too many have gone', () => {
    fc.assert(
      fc.property(spec, spec, delays, (from, to, delaysMs) => {
        const target = capacity(to.connections, to.max);
        const cluster = new Cluster(capacity(from.connections, from.max), from.max);
        for (let turn = 0; turn < 12; turn += 1) {
          cluster.apply(inForce(target, cluster.live(), cluster.nowMs), delaysMs);
          while (cluster.pods.length > cluster.maxReplicas) cluster.pods.pop();
          cluster.running = cluster.conf;
          cluster.advance(TAKEN_UP_MS);
        }
        const last = inForce(target, cluster.live(), cluster.nowMs);
        expect(last).toMatchObject(target);
        expect(last.pending).toBeUndefined();
        expect(mostUsed(last)).toBeLessThanOrEqual(target.maxConnections);
      }),
      { numRuns: 200 },
    );
  });
});
