import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './errors.ts';
import { Elector, LEASE_TIMES, microTime } from './lease.ts';
import type { KubeObject } from './resource.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** One Lease, as strict as the API server: versions must match, times must have six digits. */
class LeaseServer {
  lease: KubeObject | undefined;
  reachable = true;
  #version = 0;

  client(): ConstructorParameters<typeof Elector>[0]['client'] {
    return {
      get: () => this.#answer(() => this.lease),
      create: (_resource, object) =>
        this.#answer(() => {
          if (this.lease !== undefined) throw new ApiError(409, undefined);
          return this.#store(object);
        }),
      replace: (_resource, object) =>
        this.#answer(() => {
          if (object.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
            throw new ApiError(409, undefined);
          return this.#store(object);
        }),
    };
  }

  #store(object: KubeObject): KubeObject {
    const { renewTime } = object.spec as { renewTime: string };
    if (!/\.\d{6}Z$/.test(renewTime)) throw new ApiError(400, undefined);
    this.#version += 1;
    this.lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    return this.lease;
  }

  async #answer<T>(of: () => T): Promise<T> {
    await Promise.resolve();
    if (!this.reachable) throw new Error('connection refused');
    return of();
  }
}

const elector = (server: LeaseServer, identity: string): Elector =>
  new Elector({ client: server.client(), name: 'lease', namespace: 'default', identity, log });

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

  it('writes times with six digits', () => {
    expect(microTime(new Date(0))).toBe('1970-01-01T00:00:00.000000Z');
  });
});
