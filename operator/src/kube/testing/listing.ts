/** Lists, page by page from one snapshot, until that is compacted away. */
import type { KubeObject } from '../resource.ts';
import type { ObjectStore } from './object-store.ts';
import { isCustom, type FakeResource } from './resources.ts';
import type { Route } from './routes.ts';
import { selectorOf } from './selectors.ts';
import { badRequest, expired, versionTooLarge } from './statuses.ts';

const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted ' +
  'between the time the first chunk was returned and now may show up in the list.';

interface Snapshot {
  readonly version: number;
  readonly objects: readonly KubeObject[];
}

export class Lists {
  readonly #store: ObjectStore;
  /** What is left of the lists that clients have begun, by token. */
  readonly #begun = new Map<string, Snapshot>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** @returns a page. @throws Refusal */
  page(
    { namespace, resource }: Route & { readonly resource: FakeResource },
    query: Readonly<Record<string, string>>,
  ): object {
    const { version, objects } =
      query.continue === undefined ? this.#snapshot(resource, namespace, query) : this.#rest(query.continue);
    const limit = Number(query.limit ?? 0) || objects.length;
    const left = objects.slice(limit);
    const more =
      left.length === 0 ? {} : { continue: this.#begin({ version, objects: left }), remainingItemCount: left.length };
    const { apiVersion, kind } = resource;
    const metadata = { resourceVersion: String(version), ...more };
    const items = objects.slice(0, limit).map((object) => (isCustom(resource) ? object : withoutKind(object)));
    return { kind: `${kind}List`, apiVersion, metadata, items };
  }

  #snapshot(resource: FakeResource, namespace: string | undefined, query: Readonly<Record<string, string>>): Snapshot {
    const asked = Number(query.resourceVersion ?? 0);
    if (asked > this.#store.version) throw versionTooLarge(asked, this.#store.version);
    const objects = this.#store.list(resource, namespace).filter(selectorOf(query));
    return { version: this.#store.version, objects };
  }

  #rest(token: string): Snapshot {
    const snapshot = this.#begun.get(token);
    if (snapshot === undefined) throw badRequest('continue key is not valid');
    if (this.#store.isCompacted(snapshot.version)) throw expired(CONTINUE_EXPIRED);
    return snapshot;
  }

  #begin(snapshot: Snapshot): string {
    const content = { v: 'meta.k8s.io/v1', rv: snapshot.version, start: `${this.#begun.size}\0` };
    const token = Buffer.from(JSON.stringify(content)).toString('base64url');
    this.#begun.set(token, snapshot);
    return token;
  }
}

function withoutKind(object: KubeObject): object {
  return Object.fromEntries(Object.entries(object).filter(([field]) => field !== 'apiVersion' && field !== 'kind'));
}
