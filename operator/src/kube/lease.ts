/**
 * Leader election on a Lease, by client-go's rules (tools/leaderelection): a lease is taken over only after it was not seen
 * to change for its own duration, by our clock alone; whoever cannot renew in time stops before anyone else may start.
 */
import type { Client } from './client.ts';
import { isConflict, messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
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

/** controller-runtime's (pkg/manager/internal.go). */
export const LEASE_TIMES: LeaseTimes = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

export interface ElectorOptions {
  readonly client: Pick<Client, 'get' | 'create' | 'replace'>;
  readonly name: string;
  readonly namespace: string;
  /** Who we are; unlike that of any other process. */
  readonly identity: string;
  readonly times?: LeaseTimes;
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
  #seen: { readonly lease: KubeObject; readonly atMs: number } | undefined;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#times = options.times ?? LEASE_TIMES;
  }

  /** Waits for the lease. @returns true when we hold it, false when the signal came first. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await this.#try(signal)) return true;
      await pause(jittered(this.#times.retryMs, 0.2), signal);
    }
    return false;
  }

  /** Renews until the signal is given. @returns true then, false when the lease was lost. */
  async hold(signal: AbortSignal): Promise<boolean> {
    let renewedMs = performance.now();
    for (;;) {
      await pause(this.#times.retryMs, signal);
      if (signal.aborted) return true;
      const startedMs = performance.now();
      if (await this.#try(signal)) renewedMs = startedMs;
      else if (this.#isHeldByOther() || performance.now() - renewedMs >= this.#times.renewDeadlineMs) return false;
    }
  }

  /** Gives the lease back, so that a successor need not wait for it to run out. */
  async release(): Promise<void> {
    const lease = this.#seen?.lease;
    if (lease === undefined || this.#isHeldByOther()) return;
    const spec = { ...specOf(lease), holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(new Date()) };
    try {
      await this.#options.client.replace(LEASE, { ...lease, spec });
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'the lease was not released; it will run out');
    }
  }

  async #try(signal: AbortSignal): Promise<boolean> {
    try {
      // A request that outlives the deadline would leave us leading without knowing.
      return await this.#acquireOrRenew(AbortSignal.timeout(this.#times.renewDeadlineMs));
    } catch (error) {
      if (!signal.aborted && !isConflict(error))
        this.#options.log.warn({ error: messageOf(error) }, 'the lease could not be read or written');
      return false;
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, name, namespace, identity } = this.#options;
    const lease = await client.get(LEASE, { name, namespace }, signal);
    const now = microTime(new Date());
    if (lease === undefined) {
      const { apiVersion, kind } = LEASE;
      const made = { apiVersion, kind, metadata: { name, namespace }, spec: this.#claim(now, undefined) };
      this.#observe(await client.create(LEASE, made, signal));
      return true;
    }
    if (lease.metadata.resourceVersion !== this.#seen?.lease.metadata.resourceVersion) this.#observe(lease);
    const spec = specOf(lease);
    const held = (spec.holderIdentity ?? '') !== '' && spec.holderIdentity !== identity;
    if (held && !this.#ranOut(spec)) return false;
    this.#observe(await client.replace(LEASE, { ...lease, spec: this.#claim(now, spec) }, signal));
    return true;
  }

  #observe(lease: KubeObject): void {
    this.#seen = { lease, atMs: performance.now() };
  }

  #ranOut(spec: LeaseSpec): boolean {
    const durationMs =
      spec.leaseDurationSeconds === undefined ? this.#times.durationMs : spec.leaseDurationSeconds * 1000;
    return this.#seen !== undefined && performance.now() - this.#seen.atMs >= durationMs;
  }

  #isHeldByOther(): boolean {
    const holder = this.#seen === undefined ? undefined : specOf(this.#seen.lease).holderIdentity;
    return holder !== undefined && holder !== '' && holder !== this.#options.identity;
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
