/** Follows what happens to objects, as the bench sees it, and waits for what is to happen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Scope, WatchEvent } from '@heroes/operator/kube/client.ts';
import type { Resource } from '@heroes/operator/kube/resource.ts';
import { Failure } from '../../cluster/progress.ts';

export interface Followed {
  readonly client: Client;
  readonly resource: Resource;
  readonly scope: Scope;
  /** Told of each object, of those that are there already as well. */
  readonly onEvent: (event: WatchEvent) => void;
  readonly signal: AbortSignal;
}

const WATCH_SECONDS = 600;
const RETRY_MS = 200;

/** Follows a kind until the signal is given. @returns once the objects that are there were told of. */
export async function follow(followed: Followed): Promise<void> {
  const resourceVersion = await list(followed);
  void watch(followed, resourceVersion);
}

async function list({ client, resource, scope, onEvent }: Followed): Promise<string> {
  const { items, resourceVersion } = await client.list(resource, scope);
  for (const object of items) onEvent({ type: 'ADDED', object });
  return resourceVersion;
}

async function watch(followed: Followed, from: string): Promise<void> {
  const { client, resource, scope, onEvent, signal } = followed;
  let resourceVersion = from;
  while (!signal.aborted) {
    try {
      const since = { ...scope, resourceVersion, timeoutSeconds: WATCH_SECONDS };
      for await (const event of client.watch(resource, since, signal)) {
        resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
        if (event.type !== 'BOOKMARK') onEvent(event);
      }
    } catch {
      // The API server was restarted, or has forgotten the version: both end in a new list, once it answers.
      resourceVersion = await relist(followed, resourceVersion);
    }
  }
}

async function relist(followed: Followed, fallback: string): Promise<string> {
  while (!followed.signal.aborted) {
    await sleep(RETRY_MS);
    try {
      return await list(followed);
    } catch {
      continue;
    }
  }
  return fallback;
}

interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: (atMs: number) => void;
}

/** Those who wait for something to hold, looked at whenever something has changed. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();

  /** To be called after each change. */
  changed(): void {
    for (const waiter of this.#waiting) {
      if (!waiter.holds()) continue;
      this.#waiting.delete(waiter);
      waiter.resolve(performance.now());
    }
  }

  /** @returns when it held, by performance.now(). @throws Failure with what is missing when it does not in time. */
  async until(holds: () => boolean, timeoutMs: number, missing: () => string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiter = { holds, resolve };
    this.#waiting.add(waiter);
    const timer = setTimeout(() => {
      this.#waiting.delete(waiter);
      const remedy = "read the operator's log; stop the bench's control plane when you have";
      reject(new Failure(`after ${Math.round(timeoutMs / 1000)} s: ${missing()}`, { remedy }));
    }, timeoutMs);
    this.changed();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
