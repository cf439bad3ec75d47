/** The verbs of the API server, on plain JSON: what is read is what was sent, fields newer than us included. */
import { ApiError, isExpired, isNotFound } from './errors.ts';
import { jsonLines } from './json-lines.ts';
import { collectionPath, objectPath, type KubeObject, type ObjectMeta, type Resource } from './resource.ts';
import type { Transport } from './transport.ts';

/** Objects of a page: client-go's default (tools/pager). */
const PAGE = 500;

export interface Scope {
  /** One namespace; all of them without it. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface Listing {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

interface RawList {
  readonly items?: readonly object[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

export class Client {
  readonly #transport: Transport;
  readonly #fieldManager: string;

  constructor(transport: Transport, fieldManager: string) {
    this.#transport = transport;
    this.#fieldManager = fieldManager;
  }

  /** @returns the object, or undefined when there is none. */
  async get(
    resource: Resource,
    meta: Pick<ObjectMeta, 'name' | 'namespace'>,
    signal?: AbortSignal,
  ): Promise<KubeObject | undefined> {
    try {
      const path = objectPath(resource, meta);
      return (await this.#transport.send({ method: 'GET', path, ...abortable(signal) })) as KubeObject;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** @returns all objects of a scope, read page by page, each with its kind. */
  async list(resource: Resource, scope: Scope, signal?: AbortSignal): Promise<Listing> {
    const items: KubeObject[] = [];
    let next: string | undefined;
    for (;;) {
      let page: RawList;
      try {
        page = await this.#page(resource, { ...scope, continue: next, limit: PAGE }, signal);
      } catch (error) {
        // The snapshot that the pages come from was compacted away: one answer with everything cannot be.
        if (next === undefined || !isExpired(error)) throw error;
        items.length = 0;
        page = await this.#page(resource, { ...scope, continue: undefined, limit: undefined }, signal);
      }
      for (const item of page.items ?? []) items.push(withKind(resource, item));
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
      if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }

  /** @returns what happens to a scope's objects from a version on. @throws ApiError, 410 when the version is too old. */
  async *watch(
    resource: Resource,
    scope: Scope & { readonly resourceVersion: string; readonly timeoutSeconds: number },
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    const { namespace, ...query } = scope;
    const chunks = await this.#transport.open({
      method: 'GET',
      path: collectionPath(resource, namespace),
      query: { ...query, watch: true, allowWatchBookmarks: true },
      signal,
    });
    for await (const line of jsonLines(chunks)) {
      const { type, object } = line as { type: string; object: unknown };
      if (type === 'ERROR') throw new ApiError((object as { code?: number }).code ?? 500, object);
      yield { type: type as WatchEvent['type'], object: object as KubeObject };
    }
  }

  /** Server-side apply; fields of other managers that we set become ours. Unknown fields are refused, not dropped. */
  async apply(
    resource: Resource,
    object: KubeObject,
    options: { readonly dryRun?: boolean } = {},
  ): Promise<KubeObject> {
    return this.#patch(objectPath(resource, object.metadata), object, options.dryRun ?? false);
  }

  /** Server-side apply of the status alone. */
  async applyStatus(resource: Resource, object: KubeObject): Promise<KubeObject> {
    return this.#patch(`${objectPath(resource, object.metadata)}/status`, object, false);
  }

  /** Merge patch (RFC 7386) of an object that exists. */
  async merge(resource: Resource, object: KubeObject): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PATCH',
      path: objectPath(resource, object.metadata),
      query: { fieldManager: this.#fieldManager },
      body: object,
      contentType: 'application/merge-patch+json',
    })) as KubeObject;
  }

  /** @throws ApiError 409 when it exists already. */
  async create(resource: Resource, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'POST',
      path: collectionPath(resource, object.metadata.namespace),
      query: { fieldManager: this.#fieldManager, fieldValidation: 'Strict' },
      body: object,
      ...abortable(signal),
    })) as KubeObject;
  }

  /** Replaces the very version that was read. @throws ApiError 409 when it changed meanwhile. */
  async replace(resource: Resource, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PUT',
      path: objectPath(resource, object.metadata),
      query: { fieldManager: this.#fieldManager },
      body: object,
      ...abortable(signal),
    })) as KubeObject;
  }

  /** Deletes the object that was seen, not another that has taken its name; its dependants go after it. */
  async remove(resource: Resource, { metadata }: Pick<KubeObject, 'metadata'>): Promise<void> {
    const preconditions = metadata.uid === undefined ? {} : { preconditions: { uid: metadata.uid } };
    try {
      await this.#transport.send({
        method: 'DELETE',
        path: objectPath(resource, metadata),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', ...preconditions },
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** @returns whether the server serves a kind; its group may not be installed. */
  async serves({ apiVersion, plural }: Resource): Promise<boolean> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const { resources } = (await this.#transport.send({ method: 'GET', path })) as {
        readonly resources: readonly { readonly name: string }[];
      };
      return resources.some(({ name }) => name === plural);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #page(
    resource: Resource,
    { namespace, ...query }: Scope & { readonly continue: string | undefined; readonly limit: number | undefined },
    signal: AbortSignal | undefined,
  ): Promise<RawList> {
    const path = collectionPath(resource, namespace);
    return (await this.#transport.send({ method: 'GET', path, query, ...abortable(signal) })) as RawList;
  }

  async #patch(path: string, object: KubeObject, dryRun: boolean): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PATCH',
      path,
      query: {
        fieldManager: this.#fieldManager,
        force: true,
        fieldValidation: 'Strict',
        dryRun: dryRun ? 'All' : undefined,
      },
      body: object,
      contentType: 'application/apply-patch+yaml',
    })) as KubeObject;
  }
}

/** Objects of a list come without their kind; with it they look as those of a watch do. */
const withKind = ({ apiVersion, kind }: Resource, item: object): KubeObject =>
  ({ apiVersion, kind, ...item }) as KubeObject;

const abortable = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };
