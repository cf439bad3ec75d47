/** Many districts, each the example in a namespace of its own, and how far the operator is with them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Client, WatchEvent } from '@heroes/operator/kube/client.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import { EXAMPLE } from '../../cluster/deploy.ts';
import { eachOf } from '../../control-plane/connect.ts';
import { follow, Waiters } from './follow.ts';
import { NAMESPACE, PLATFORM } from './kinds.ts';

export const NAME = 'district';
/** Requests that the bench has under way when it makes many things. */
const CONCURRENCY = 32;

export const namespaceOf = (index: number): string => `district-${String(index).padStart(4, '0')}`;

export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** A prime, so that a fleet of any size that we have is gone through in no order that a queue or cache could like. */
const STRIDE = 389;

/** @returns which platform a turn is about: all, before one comes again. */
export const spread = (turn: number, platforms: number): number => (turn * STRIDE) % platforms;

const example = parse(readFileSync(EXAMPLE, 'utf8')) as KubeObject & { readonly spec: { readonly api: object } };

/**
 * The example, but one API pod: for a second one everybody would wait for the autoscaler, which looks each 15 s, and that
 * would be measured.
 */
export const platform = (namespace: string): KubeObject => ({
  ...example,
  metadata: { name: NAME, namespace },
  spec: { ...example.spec, api: { ...example.spec.api, replicas: { min: 1, max: 4 } } },
});

/** Makes namespaces, and waits until the controllers have furnished them: that is not to be measured. */
export async function makeNamespaces(client: Client, indexes: readonly number[]): Promise<void> {
  await eachOf(indexes, CONCURRENCY, async (index) => {
    const { apiVersion, kind } = NAMESPACE;
    await client.apply(NAMESPACE, { apiVersion, kind, metadata: { name: namespaceOf(index) } });
  });
  const waiters = new Waiters();
  const stop = new AbortController();
  const furnished = new Set<string>();
  const onEvent = ({ object: { metadata } }: WatchEvent): void => {
    if (metadata.name === 'default') furnished.add(metadata.namespace ?? '');
    waiters.changed();
  };
  const accounts = { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' };
  await follow({ client, resource: accounts, scope: {}, onEvent, signal: stop.signal });
  const all = (): boolean => indexes.every((index) => furnished.has(namespaceOf(index)));
  await waiters.until(all, 300_000, () => `${furnished.size} namespaces have a service account`);
  stop.abort();
}

/** Writes the platforms of some namespaces, many at once. */
export async function writePlatforms(client: Client, indexes: readonly number[]): Promise<void> {
  await eachOf(indexes, CONCURRENCY, async (index) => client.create(PLATFORM, platform(namespaceOf(index))));
}

interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
}

/** The platforms as they are told of: what keeps each from being converged. */
export class Fleet implements Disposable {
  readonly #stop = new AbortController();
  readonly #waiters = new Waiters();
  /** By namespace; undefined for those that are converged. */
  readonly #wanting = new Map<string, string | undefined>();
  /** Namespaces of those whose API serves what their newest spec asks for, as their status tells. */
  readonly #serving = new Set<string>();

  /** Follows all platforms from now on. */
  static async follow(client: Client): Promise<Fleet> {
    const fleet = new Fleet();
    const onEvent = (event: WatchEvent): void => {
      fleet.#take(event);
    };
    await follow({ client, resource: PLATFORM, scope: {}, onEvent, signal: fleet.#stop.signal });
    return fleet;
  }

  /** @returns how many are converged. */
  get converged(): number {
    return [...this.#wanting.values()].filter((wanting) => wanting === undefined).length;
  }

  /** Waits until so many are converged. @returns when that was, by performance.now(). */
  async until(count: number, timeoutMs: number): Promise<number> {
    const missing = (): string => {
      const [first] = [...this.#wanting].filter(([, wanting]) => wanting !== undefined);
      const why = first === undefined ? '' : `; ${first[0]}: ${first[1] ?? ''}`;
      return `${this.converged} of ${count} platforms are converged${why}`;
    };
    return this.#waiters.until(() => this.#wanting.size >= count && this.converged >= count, timeoutMs, missing);
  }

  /** Waits until so many serve. @returns when that was, by performance.now(). */
  async untilServing(count: number, timeoutMs: number): Promise<number> {
    const missing = (): string => `${this.#serving.size} of ${count} platforms serve`;
    return this.#waiters.until(() => this.#serving.size >= count, timeoutMs, missing);
  }

  /** Waits until one is. */
  async untilOne(namespace: string, timeoutMs: number): Promise<void> {
    const holds = (): boolean => this.#wanting.has(namespace) && this.#wanting.get(namespace) === undefined;
    const missing = (): string => `${namespace}: ${this.#wanting.get(namespace) ?? 'it has no platform'}`;
    await this.#waiters.until(holds, timeoutMs, missing);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #take({ type, object }: WatchEvent): void {
    const { namespace = '' } = object.metadata;
    if (type === 'DELETED') this.#wanting.delete(namespace);
    else this.#wanting.set(namespace, wantingOf(object));
    if (type !== 'DELETED' && serves(object)) this.#serving.add(namespace);
    else this.#serving.delete(namespace);
    this.#waiters.changed();
  }
}

/** @returns whether every child is there, which is so once the API serves what the newest spec asks for. */
function serves({ metadata, status = {} }: KubeObject): boolean {
  const { observedGeneration, conditions = [] } = status as Status;
  const available = conditions.some(({ type, status: holds }) => type === 'Available' && holds === 'True');
  return observedGeneration === metadata.generation && available;
}

/**
 * @returns what keeps a platform from being converged: its status has to speak of its newest spec, and to say that all is
 * there. A reconcile then has nothing more to write.
 */
function wantingOf({ metadata, status = {} }: KubeObject): string | undefined {
  const { observedGeneration, conditions = [] } = status as Status;
  if (observedGeneration !== metadata.generation) return 'its status speaks of an older spec';
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? undefined : (ready?.message ?? 'its status does not say whether it is ready');
}
