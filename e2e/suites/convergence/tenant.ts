/**
 * A namespace with one platform, and an operator of its own behind a gate, so that several are tried side by side on one
 * control plane. Each operator that is started has a lease of its own: one that was killed keeps nobody waiting.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Status } from '@heroes/crds/status.ts';
import type { Client } from '@heroes/operator/kube/client.ts';
import { isConflict } from '@heroes/operator/kube/errors.ts';
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { PLATFORM } from '@heroes/operator/platform/kinds.ts';
import { kubectl } from '../../cluster/kubectl.ts';
import { messageOf, tail } from '../../cluster/progress.ts';
import type { Answered } from '../../control-plane/api-request.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { Gate } from '../../control-plane/gate.ts';
import { OperatorProcess } from '../../control-plane/operator-process.ts';
import { OPERATOR } from '../../control-plane/operator-rights.ts';

/** Where tenants are opened. */
export interface Estate {
  readonly controlPlane: ControlPlane;
  /** Speaks as an administrator who applies platforms. */
  readonly client: Client;
  /** The operators', of grantRights(). */
  readonly token: string;
}

/** @returns what is still missing of a platform, or undefined. */
export type Missing = (platform: HeroesPlatform | undefined) => string | undefined;

export interface Patience {
  readonly timeoutMs?: number;
  readonly quietMs?: number;
  readonly enough?: () => boolean;
}

/** The only platform of a namespace. */
export const PLATFORM_NAME = 'grand-bend';

const NAMESPACE: Resource = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' };
const SETTLE_MS = 90_000;
const POLL_MS = 100;

/** Lets the operators hold leases in every namespace; the chart lets them hold the one of its release. */
export async function grantLeases({ cluster }: Pick<ControlPlane, 'cluster'>): Promise<void> {
  const { release, namespace } = OPERATOR;
  const metadata = { name: 'leases-of-tenants' };
  const group = 'rbac.authorization.k8s.io';
  const rules = [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] }];
  const role = { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata, rules };
  const binding = {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: group, kind: role.kind, name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: release, namespace }],
  };
  const both = [role, binding].map((object) => JSON.stringify(object)).join('\n---\n');
  await kubectl(cluster, ['apply', '--server-side', '-f', '-'], both);
}

export class Tenant implements AsyncDisposable {
  readonly namespace: string;
  readonly gate: Gate;
  readonly #estate: Estate;
  #operator: OperatorProcess | undefined;
  #started = 0;

  private constructor(estate: Estate, namespace: string, gate: Gate) {
    this.#estate = estate;
    this.namespace = namespace;
    this.gate = gate;
  }

  /** Makes the namespace; there is neither a platform nor an operator yet. */
  static async open(estate: Estate, namespace: string): Promise<Tenant> {
    const object = { apiVersion: NAMESPACE.apiVersion, kind: NAMESPACE.kind, metadata: { name: namespace } };
    await estate.client.apply(NAMESPACE, object);
    return new Tenant(estate, namespace, await Gate.open(estate.controlPlane));
  }

  get operator(): OperatorProcess {
    if (this.#operator === undefined) throw new Error(`no operator runs for ${this.namespace}`);
    return this.#operator;
  }

  /** Starts an operator, of this repository unless a checkout is given, and waits until it leads. */
  async startOperator(checkout?: string): Promise<OperatorProcess> {
    for (;;) {
      this.#operator = await this.#start(checkout);
      try {
        await this.#operator.ready();
        break;
      } catch (error) {
        // Its ports were free when they were chosen; somebody else's connection was given one of them since.
        if (!messageOf(error).includes('EADDRINUSE')) throw error;
      }
    }
    while (!(await this.#operator.leads())) await sleep(POLL_MS);
    return this.#operator;
  }

  async #start(checkout: string | undefined): Promise<OperatorProcess> {
    const { controlPlane, token } = this.#estate;
    this.#started += 1;
    const name = `${this.namespace}-operator-${this.#started}`;
    return OperatorProcess.start({
      controlPlane,
      token,
      name,
      server: this.gate.url,
      namespaces: [this.namespace],
      settings: { LEASE_NAME: name, LEASE_NAMESPACE: this.namespace },
      ...(checkout === undefined ? {} : { checkout }),
    });
  }

  async apply(spec: unknown): Promise<HeroesPlatform> {
    const metadata = { name: PLATFORM_NAME, namespace: this.namespace };
    const { apiVersion, kind } = PLATFORM;
    const object = { apiVersion, kind, metadata, spec };
    return asPlatform(await this.#estate.client.apply(PLATFORM, object, { force: true }));
  }

  /**
   * Replaces the spec whole, as `kubectl replace` does. Server-side apply answers what does not fit the schema with 500 and
   * without a word of the field's bounds, so a spec that may be wrong goes this way.
   */
  async replace(spec: unknown): Promise<void> {
    for (;;) {
      const platform = await this.platform();
      try {
        await this.#estate.client.replace(PLATFORM, { ...platform, spec } as unknown as KubeObject);
        return;
      } catch (error) {
        // The operator has written its status meanwhile.
        if (!isConflict(error)) throw error;
      }
    }
  }

  async remove(): Promise<void> {
    const platform = await this.platform();
    if (platform !== undefined) await this.#estate.client.remove(PLATFORM, { ...platform });
  }

  async platform(): Promise<HeroesPlatform | undefined> {
    const found = await this.#estate.client.get(PLATFORM, { name: PLATFORM_NAME, namespace: this.namespace });
    return found === undefined ? undefined : asPlatform(found);
  }

  /** @returns what the operator wrote since the gate was last asked to forget. */
  get written(): readonly Answered[] {
    return this.gate.writes.filter(({ status }) => status > 0 && status < 300);
  }

  /**
   * Waits until the platform is as asked and the operator has been quiet for a while.
   * @param missingOf - says of the platform what is still missing
   * @param enough - ends the waiting early
   * @throws Error with what was missing at last
   */
  async settled(missingOf: Missing, patience: Patience = {}): Promise<void> {
    const { timeoutMs = SETTLE_MS, quietMs = 2_000, enough = () => false } = patience;
    const endMs = performance.now() + timeoutMs;
    let sinceMs = performance.now();
    let count = -1;
    while (!enough()) {
      const missing = missingOf(await this.platform());
      const writes = this.gate.writes.length;
      if (writes !== count || missing !== undefined) sinceMs = performance.now();
      count = writes;
      if (performance.now() - sinceMs >= quietMs) return;
      if (performance.now() > endMs)
        throw new Error(`${this.namespace} does not settle: ${missing ?? 'writes go on'}\n${tail(this.operator.log)}`);
      await sleep(POLL_MS);
    }
  }

  /** Ends the operator and the gate; the namespace is left to be deleted in the background. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator?.[Symbol.asyncDispose]();
    await this.gate[Symbol.asyncDispose]();
    await this.#estate.client.remove(NAMESPACE, { metadata: { name: this.namespace } });
  }
}

const asPlatform = (object: KubeObject): HeroesPlatform => object as unknown as HeroesPlatform;

type Condition = NonNullable<Status['conditions']>[number];

/** @returns a condition, if it speaks of the spec as it is now. */
export function conditionOf(platform: HeroesPlatform | undefined, type: string): Condition | undefined {
  const { metadata, status } = platform ?? {};
  const found = status?.conditions?.find((condition) => condition.type === type);
  return found?.observedGeneration === metadata?.generation ? found : undefined;
}

/** @returns why a platform is not Ready with the spec that it has now, or undefined. */
export function unready(platform: HeroesPlatform | undefined): string | undefined {
  const ready = conditionOf(platform, 'Ready');
  if (ready?.status === 'True') return undefined;
  return ready === undefined ? 'it is not known whether it is ready' : `${ready.reason}: ${ready.message}`;
}

/** @returns that a platform is still there, or undefined. */
export const remaining = (platform: HeroesPlatform | undefined): string | undefined =>
  platform === undefined ? undefined : `it is still there: ${unready(platform) ?? 'ready'}`;
