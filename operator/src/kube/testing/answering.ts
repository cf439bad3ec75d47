/** From a request to its answer, when nothing goes wrong but what the client does wrong. */
import type { ServerResponse } from 'node:http';
import { jsonReply, refusalReply, type Reply } from './exchange.ts';
import type { BrokenWatch } from './faults.ts';
import { Lists } from './listing.ts';
import type { ObjectStore } from './object-store.ts';
import type { FakeResource } from './resources.ts';
import { checkParameters, routeOf, type RequestHead, type Route } from './routes.ts';
import { notFound } from './statuses.ts';
import { WatchStream } from './watch-stream.ts';
import { Writes } from './writes.ts';

/** A request, and what its route came to. */
export interface Asked {
  readonly head: RequestHead;
  readonly route: Route | { readonly refused: unknown };
  readonly body: string;
  readonly userAgent: string;
}

type ResourceRoute = Route & { readonly resource: FakeResource };

export class Answering {
  readonly #resources: readonly FakeResource[];
  readonly #store: ObjectStore;
  readonly #bookmarkMs: number;
  readonly #lists: Lists;
  readonly #writes: Writes;
  readonly #watches = new Set<WatchStream>();

  constructor(
    store: ObjectStore,
    { resources, bookmarkMs }: { resources: readonly FakeResource[]; bookmarkMs: number },
  ) {
    this.#resources = resources;
    this.#store = store;
    this.#bookmarkMs = bookmarkMs;
    this.#lists = new Lists(store);
    this.#writes = new Writes(store);
  }

  /** The watches that are open. */
  get watches(): ReadonlySet<WatchStream> {
    return this.#watches;
  }

  /** @returns what a request asks for, or why it is refused before anything is done. */
  route(head: RequestHead): Asked['route'] {
    try {
      return routeOf(head, this.#resources);
    } catch (error) {
      return { refused: error };
    }
  }

  /** Does what a request asks for. @returns the answer, or undefined when the response has become a watch. */
  process(asked: Asked, response: ServerResponse, broken: BrokenWatch | undefined): Reply | undefined {
    const { route, head } = asked;
    try {
      if ('refused' in route) throw route.refused;
      checkParameters(route, head);
      const { resource } = route;
      if (resource === undefined) return jsonReply(200, this.#discovery(route.apiVersion));
      if (route.verb !== 'watch') return this.#reply({ ...route, resource }, asked);
      this.#watch({ ...route, resource }, { head, response, broken });
      return undefined;
    } catch (error) {
      return refusalReply(error);
    }
  }

  #reply(route: ResourceRoute, { head: { query }, body, userAgent }: Asked): Reply {
    const { verb, resource, name = '', namespace } = route;
    if (verb === 'list') return jsonReply(200, this.#lists.page(route, query));
    if (verb === 'get') {
      const object = this.#store.get(resource, { name, ...(namespace === undefined ? {} : { namespace }) });
      if (object === undefined) throw notFound(resource, name);
      return jsonReply(200, object);
    }
    const written = this.#writes.answer({ route, query, body, userAgent });
    return jsonReply(written.code, written.body);
  }

  #watch(
    route: ResourceRoute,
    { head, response, broken }: { head: RequestHead; response: ServerResponse; broken: BrokenWatch | undefined },
  ): void {
    // The client may have gone while the answer was delayed.
    if (response.destroyed) return;
    const options = { route, query: head.query, store: this.#store, bookmarkMs: this.#bookmarkMs, broken };
    const watch = new WatchStream(response, options);
    this.#watches.add(watch);
    response.once('close', () => this.#watches.delete(watch));
    watch.start();
  }

  #discovery(apiVersion: string): object {
    const served = this.#resources.filter((resource) => resource.apiVersion === apiVersion);
    const resources = served.map(({ plural, kind, clusterScoped = false }) => {
      return { name: plural, kind, namespaced: !clusterScoped };
    });
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources };
  }
}
