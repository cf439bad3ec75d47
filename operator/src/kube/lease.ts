/**
 * Leader election on a Lease, by client-go's rules (tools/leaderelection): a lease is taken over only after it was not seen
 * to change for its own duration, by our clock alone; whoever cannot renew in time stops before anyone else may start.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Client } from './client.ts';
import { isConflict, isNotFound, messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { KubeMetrics } from './metrics.ts';
import type { KubeObject, Resource } from './resource.ts';
import { jittered, pause } from './wait.ts';

const LEASE: Resource = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' };

export interface LeaseTimes {
  /** How long a lease is good for when its holder falls silent. */
  readonly durationMs: number;
  /** How long the holder tries to renew before it gives up. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

/** @returns times of a lease that is good for so long, milliseconds: their shares of it are controller-runtime's (pkg/manager/internal.go). */
export const leaseTimes = (durationMs: number): LeaseTimes => ({
  durationMs,
  renewDeadlineMs: (durationMs * 2) / 3,
  retryMs: (durationMs * 2) / 15,
});

/** controller-runtime's: 15 s, 10 s and 2 s. */
export const LEASE_TIMES = leaseTimes(15_000);

export interface ElectorOptions {
  readonly client: Pick<Client, 'get' | 'create' | 'replace'>;
  readonly name: string;
  readonly namespace: string;
  /** Who we are; unlike that of any other process. */
  readonly identity: string;
  readonly times?: LeaseTimes;
  readonly metrics: Pick<KubeMetrics, 'slowLease'>;
  readonly log: Logger;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export class Elector {
  readonly #options: ElectorOptions;
  readonly #times: LeaseTimes;
  /** The lease as last seen, and when its record was last seen to change, by our clock. */
  #seen: { readonly lease: KubeObject; readonly changedMs: number } | undefined;
  /** When we began the try by which we last had the lease: it is ours from then, not from when the answer came. */
  #renewedMs = -Infinity;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#times = options.times ?? LEASE_TIMES;
    options.metrics.slowLease.inc({ name: options.name }, 0);
  }

  /** Waits for the lease. @returns true when we hold it, false when the signal came first. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await this.#try(this.#times.renewDeadlineMs, signal)) return true;
      // A standby only reads; twice client-go's pace, so that a lease given back waits for nobody.
      await pause(jittered(this.#times.retryMs / 2, 0.2), signal);
    }
    return false;
  }

  /** Renews until the signal is given. @returns true then, false when the lease was lost. */
  async hold(signal: AbortSignal): Promise<boolean> {
    const { renewDeadlineMs, retryMs } = this.#times;
    for (;;) {
      await pause(Math.min(retryMs, this.#leftMs), signal);
      if (signal.aborted) return true;
      // A request that outlives the deadline would leave us leading without knowing; one that hangs must leave time for another.
      const kept = await this.#keep(Math.min(this.#leftMs, renewDeadlineMs / 2), signal);
      if (!kept && (this.#isHeldByOther() || this.#leftMs <= 0)) return false;
    }
  }

  /** Tries to renew. @returns false at the latest when the time is over, whatever has become of the request. */
  async #keep(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (timeoutMs <= 0) return false;
    const answered = new AbortController();
    const renewed = this.#try(timeoutMs, signal).finally(() => {
      answered.abort();
    });
    return Promise.race([
      renewed,
      pause(this.#leftMs, answered.signal).then(() => (answered.signal.aborted ? renewed : false)),
    ]);
  }

  /** Gives the lease back, so that a successor need not wait for it to run out. */
  async release(): Promise<void> {
    const signal = AbortSignal.timeout(this.#times.retryMs);
    try {
      await this.#giveBack(signal).catch(async (error: unknown) => {
        if (!isConflict(error)) throw error;
        await this.#read(signal);
        await this.#giveBack(signal);
      });
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'the lease was not released; it will run out');
    }
  }

  async #giveBack(signal: AbortSignal): Promise<void> {
    const lease = this.#seen?.lease;
    if (lease === undefined || !this.#isOurs()) return;
    const spec = { ...specOf(lease), holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(new Date()) };
    await this.#options.client.replace(LEASE, { ...lease, spec }, { signal });
  }

  async #read(signal: AbortSignal): Promise<KubeObject | undefined> {
    const { client, name, namespace } = this.#options;
    const lease = await client.get(LEASE, { name, namespace }, signal);
    if (lease !== undefined) this.#observe(lease);
    return lease;
  }

  /** How long we may go on without a renewal, milliseconds. */
  get #leftMs(): number {
    return this.#renewedMs + this.#times.renewDeadlineMs - performance.now();
  }

  async #try(timeoutMs: number, stop: AbortSignal): Promise<boolean> {
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
    try {
      const ours = (await this.#renewSeen(signal)) || (await this.#acquireOrRenew(signal));
      if (ours) this.#renewedMs = startedMs;
      return ours;
    } catch (error) {
      if (!stop.aborted && !isConflict(error))
        this.#options.log.warn({ error: messageOf(error) }, 'the lease could not be read or written');
      return false;
    }
  }

  /** The usual case: the lease is ours and as we left it, so it is written without being read. */
  async #renewSeen(signal: AbortSignal): Promise<boolean> {
    const { client, name, metrics } = this.#options;
    const lease = this.#seen?.lease;
    if (lease === undefined || !this.#isOurs()) return false;
    try {
      const spec = this.#claim(microTime(new Date()), specOf(lease));
      this.#observe(await client.replace(LEASE, { ...lease, spec }, { signal }));
      return true;
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
      metrics.slowLease.inc({ name });
      return false;
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, name, namespace } = this.#options;
    const lease = await this.#read(signal);
    const now = microTime(new Date());
    if (lease === undefined) {
      const { apiVersion, kind } = LEASE;
      const made = { apiVersion, kind, metadata: { name, namespace }, spec: this.#claim(now, undefined) };
      this.#observe(await client.create(LEASE, made, { signal }));
      return true;
    }
    const spec = specOf(lease);
    if (!this.#isOurs() && (spec.holderIdentity ?? '') !== '' && !this.#ranOut(spec)) return false;
    this.#observe(await client.replace(LEASE, { ...lease, spec: this.#claim(now, spec) }, { signal }));
    return true;
  }

  /** Only the record counts: a label that somebody sets on the Lease does not prolong it. */
  #observe(lease: KubeObject): void {
    const changed = this.#seen === undefined || !isDeepStrictEqual(specOf(lease), specOf(this.#seen.lease));
    this.#seen = { lease, changedMs: changed ? performance.now() : (this.#seen?.changedMs ?? 0) };
  }

  #ranOut(spec: LeaseSpec): boolean {
    const durationMs =
      spec.leaseDurationSeconds === undefined ? this.#times.durationMs : spec.leaseDurationSeconds * 1000;
    return this.#seen !== undefined && performance.now() - this.#seen.changedMs >= durationMs;
  }

  get #holder(): string {
    return this.#seen === undefined ? '' : (specOf(this.#seen.lease).holderIdentity ?? '');
  }

  #isOurs(): boolean {
    return this.#holder === this.#options.identity;
  }

  #isHeldByOther(): boolean {
    return this.#holder !== '' && !this.#isOurs();
  }

  #claim(now: string, before: LeaseSpec | undefined): LeaseSpec {
    const { identity } = this.#options;
    const kept = before?.holderIdentity === identity;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#times.durationMs / 1000),
      acquireTime: kept ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (before?.leaseTransitions ?? 0) + (before === undefined || kept ? 0 : 1),
    };
  }
}

const specOf = (lease: KubeObject): LeaseSpec => lease.spec ?? {};

/** @returns a time as metav1.MicroTime, which must have six digits; toISOString gives three (operators.md 3.3-L). */
export function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}
