import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './errors.ts';
import { Elector, LEASE_TIMES, microTime } from './lease.ts';
import { createKubeMetrics } from './metrics.ts';
import type { KubeObject } from './resource.ts';
import { RecordingLogger } from './testing/recording-logger.ts';

/** One Lease, as strict as the API server: versions must match, times must have six digits. */
class LeaseServer {
  lease: KubeObject | undefined;
  reachable = true;
  readonly asked: string[] = [];
  #version = 0;

  client(): ConstructorParameters<typeof Elector>[0]['client'] {
    return {
      get: () => this.#answer('get', () => this.lease),
      create: (_resource, object) =>
        this.#answer('create', () => {
          if (this.lease !== undefined) throw new ApiError(409, undefined);
          return this.#store(object);
        }),
      replace: (_resource, object) =>
        this.#answer('replace', () => {
          if (object.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
            throw new ApiError(409, undefined);
          return this.#store(object);
        }),
    };
  }

  /** What another than the electors writes. */
  write(lease: Pick<KubeObject, 'spec'> & { readonly labels?: Record<string, string> }): void {
    const { labels, spec } = lease;
    this.#version += 1;
    const metadata = { name: 'lease', namespace: 'default', resourceVersion: String(this.#version) };
    this.lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...metadata, ...(labels === undefined ? {} : { labels }) },
      spec,
    };
  }

  #store(object: KubeObject): KubeObject {
    const { renewTime } = object.spec as { renewTime: string };
    if (!/\.\d{6}Z$/.test(renewTime)) throw new ApiError(400, undefined);
    this.#version += 1;
    this.lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    return this.lease;
  }

  async #answer<T>(verb: string, of: () => T): Promise<T> {
    this.asked.push(verb);
    await Promise.resolve();
    if (!this.reachable) throw new Error('connection refused');
    return of();
  }
}

const elector = (server: LeaseServer, identity: string, registry = new Registry()): Elector =>
  new Elector({
    client: server.client(),
    name: 'lease',
    namespace: 'default',
    identity,
    metrics: createKubeMetrics(registry),
    log: new RecordingLogger(),
  });

describe('Elector', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const tell = async <T>(promise: Promise<T>): Promise<{ value?: T }> => {
    const told: { value?: T } = {};
    void promise.then((value) => (told.value = value));
    await vi.advanceTimersByTimeAsync(0);
    return told;
  };

  it('lets one of two lead, and the other only after the lease ran out by its own clock', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    expect(await elector(server, 'a').acquire(stop.signal)).toBe(true);
    const second = await tell(elector(server, 'b').acquire(stop.signal));
    await vi.advanceTimersByTimeAsync(LEASE_TIMES.durationMs - 1000);
    expect(second.value).toBeUndefined();
    await vi.advanceTimersByTimeAsync(5000);
    expect(second.value).toBe(true);
    expect(server.lease?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('does not take over from one that renews, however long', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    const first = elector(server, 'a');
    await first.acquire(stop.signal);
    const held = await tell(first.hold(stop.signal));
    const second = await tell(elector(server, 'b').acquire(stop.signal));
    await vi.advanceTimersByTimeAsync(10 * LEASE_TIMES.durationMs);
    expect([held.value, second.value]).toEqual([undefined, undefined]);
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect([held.value, second.value]).toEqual([true, false]);
  });

  it('gives up before anyone else may start when it cannot renew', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    const first = elector(server, 'a');
    await first.acquire(stop.signal);
    const held = await tell(first.hold(stop.signal));
    server.reachable = false;
    await vi.advanceTimersByTimeAsync(LEASE_TIMES.durationMs - 1000);
    expect(held.value).toBe(false);
  });

  it('hands over at once when it is released', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    const first = elector(server, 'a');
    await first.acquire(stop.signal);
    const second = await tell(elector(server, 'b').acquire(stop.signal));
    await first.release();
    await vi.advanceTimersByTimeAsync(2 * LEASE_TIMES.retryMs);
    expect(second.value).toBe(true);
  });

  it('renews without reading, unless the lease is not as it was left', async () => {
    const server = new LeaseServer();
    const registry = new Registry();
    const stop = new AbortController();
    const first = elector(server, 'a', registry);
    await first.acquire(stop.signal);
    server.asked.length = 0;
    const held = await tell(first.hold(stop.signal));
    await vi.advanceTimersByTimeAsync(3 * LEASE_TIMES.retryMs);
    expect(server.asked).toEqual(['replace', 'replace', 'replace']);
    server.write({ spec: server.lease?.spec, labels: { touched: 'by hand' } });
    await vi.advanceTimersByTimeAsync(LEASE_TIMES.retryMs);
    expect(server.asked.slice(3)).toEqual(['replace', 'get', 'replace']);
    expect(server.lease?.metadata.labels).toEqual({ touched: 'by hand' });
    expect(await registry.getSingleMetric('leader_election_slowpath_total')?.get()).toMatchObject({
      values: [{ value: 1, labels: { name: 'lease' } }],
    });
    expect(held.value).toBeUndefined();
  });

  it('stops at once when it finds that another holds the lease', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    const first = elector(server, 'a');
    await first.acquire(stop.signal);
    const held = await tell(first.hold(stop.signal));
    server.write({ spec: { ...(server.lease?.spec as object), holderIdentity: 'b' } });
    await vi.advanceTimersByTimeAsync(LEASE_TIMES.retryMs);
    expect(held.value).toBe(false);
    expect(server.lease?.spec).toMatchObject({ holderIdentity: 'b' });
  });

  it('makes the lease anew when it was deleted under it', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    const first = elector(server, 'a');
    await first.acquire(stop.signal);
    const held = await tell(first.hold(stop.signal));
    server.lease = undefined;
    // The version that was seen is gone, so it has to be read before it can be made.
    await vi.advanceTimersByTimeAsync(LEASE_TIMES.retryMs);
    expect(server.lease).toMatchObject({ spec: { holderIdentity: 'a' } });
    expect(held.value).toBeUndefined();
  });

  it("goes by the record's own duration, and is not prolonged by a label", async () => {
    const server = new LeaseServer();
    const spec = { holderIdentity: 'old', leaseDurationSeconds: 5, renewTime: microTime(new Date(0)) };
    server.write({ spec });
    const second = await tell(elector(server, 'b').acquire(new AbortController().signal));
    await vi.advanceTimersByTimeAsync(3_000);
    server.write({ spec, labels: { touched: 'by hand' } });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(second.value).toBe(true);
  });

  it('does not trust the clock of the holder, however old the lease looks', async () => {
    const server = new LeaseServer();
    const renewTime = microTime(new Date('2001-01-01T00:00:00Z'));
    server.write({ spec: { holderIdentity: 'old', leaseDurationSeconds: 15, renewTime } });
    const second = await tell(elector(server, 'b').acquire(new AbortController().signal));
    await vi.advanceTimersByTimeAsync(LEASE_TIMES.durationMs - 1_000);
    expect(second.value).toBeUndefined();
  });

  it('keeps the time at which it began to lead, and counts transitions to others only', async () => {
    const server = new LeaseServer();
    const stop = new AbortController();
    const first = elector(server, 'a');
    await first.acquire(stop.signal);
    const { acquireTime, renewTime } = server.lease?.spec as { acquireTime: string; renewTime: string };
    await tell(first.hold(stop.signal));
    await vi.advanceTimersByTimeAsync(2 * LEASE_TIMES.retryMs);
    expect(server.lease?.spec).toMatchObject({ acquireTime, leaseTransitions: 0, leaseDurationSeconds: 15 });
    expect(server.lease?.spec).not.toMatchObject({ renewTime });
  });

  it('writes times with six digits', () => {
    expect(microTime(new Date(0))).toBe('1970-01-01T00:00:00.000000Z');
  });
});
