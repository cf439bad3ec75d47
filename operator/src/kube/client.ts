/** The verbs of the API server, on plain JSON: what is read is what was sent, fields newer than us included. */
import { ApiError, isExpired, isNotFound } from './errors.ts';
import { jsonLines } from './json-lines.ts';
import { collectionPath, objectPath, type KubeObject, type ObjectMeta, type Resource } from './resource.ts';
import type { Call, Transport } from './transport.ts';

/** Objects of a page: client-go's default (tools/pager). */
const PAGE = 500;

export interface Scope {
  /** One namespace; all of them without it. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface ListOptions {
  readonly signal?: AbortSignal;
  /** What is kept of an object; the page that it came with is let go before the next one is asked for. */
  readonly each?: (object: KubeObject) => KubeObject;
}

export interface Listing {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

export interface ApplyOptions {
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** What becomes of an object's dependants when it is deleted: they go after it, before it, or stay. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** Of a JSON patch; `path` is a JSON pointer (RFC 6901). */
export interface PatchOperation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
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
  async list(resource: Resource, scope: Scope, { signal, each = (item) => item }: ListOptions = {}): Promise<Listing> {
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
      for (const item of page.items ?? []) items.push(each(withKind(resource, item)));
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

  /**
   * Server-side apply. Unknown fields are refused, not dropped.
   * @throws ApiError 409 with its `conflicts` when other managers own fields that it would change, unless `force` is given:
   *   then they become ours.
   */
  async apply(resource: Resource, object: KubeObject, options: ApplyOptions = {}): Promise<KubeObject> {
    return this.#apply(objectPath(resource, object.metadata), object, options);
  }

  /** Server-side apply of the status alone. */
  async applyStatus(resource: Resource, object: KubeObject): Promise<KubeObject> {
    return this.#apply(`${objectPath(resource, object.metadata)}/status`, object, { force: true });
  }

  /** Merge patch (RFC 7386) of an object that exists; with a `resourceVersion`, of that version only. */
  async merge(resource: Resource, object: KubeObject): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PATCH',
      path: objectPath(resource, object.metadata),
      query: { fieldManager: this.#fieldManager },
      body: object,
      contentType: 'application/merge-patch+json',
    })) as KubeObject;
  }

  /** JSON patch (RFC 6902) of an object that exists. @throws ApiError 422 when a test of it does not hold. */
  async patch(
    resource: Resource,
    meta: Pick<ObjectMeta, 'name' | 'namespace'>,
    operations: readonly PatchOperation[],
  ): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PATCH',
      path: objectPath(resource, meta),
      query: { fieldManager: this.#fieldManager, fieldValidation: 'Strict' },
      body: operations,
      contentType: 'application/json-patch+json',
    })) as KubeObject;
  }

  /** @throws ApiError 409 when it exists already. */
  async create(resource: Resource, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'POST',
      path: collectionPath(resource, object.metadata.namespace),
      ...this.#written(object, options),
    })) as KubeObject;
  }

  /** Replaces the very version that was read. @throws ApiError 409 when it changed meanwhile. */
  async replace(resource: Resource, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PUT',
      path: objectPath(resource, object.metadata),
      ...this.#written(object, options),
    })) as KubeObject;
  }

  /**
   * Deletes the object that was seen, not another that has taken its name. One that is gone already is no error.
   * @returns the object that finalizers keep for a while, marked as deleted; undefined when nothing is left of it
   */
  async remove(
    resource: Resource,
    { metadata }: Pick<KubeObject, 'metadata'>,
    propagationPolicy: Propagation = 'Background',
  ): Promise<KubeObject | undefined> {
    const preconditions = metadata.uid === undefined ? {} : { preconditions: { uid: metadata.uid } };
    try {
      const answer = (await this.#transport.send({
        method: 'DELETE',
        path: objectPath(resource, metadata),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, ...preconditions },
      })) as Partial<KubeObject>;
      // Of one that is gone it answers a Status, without a name.
      return answer.metadata?.name === undefined ? undefined : (answer as KubeObject);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return undefined;
    }
  }

  /**
   * Asks a Service through the API server, which takes an Authorization header for its own and passes it on to nobody.
   * @returns the JSON that it answers. @throws ApiError with its status and, where it gave one, its detail.
   */
  async throughService(
    { namespace, name, port }: { readonly namespace: string; readonly name: string; readonly port: string },
    { path, ...call }: Pick<Call, 'method' | 'path' | 'body' | 'headers'>,
  ): Promise<unknown> {
    const proxy = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
    return this.#transport.send({ ...call, path: `${proxy}${path}` });
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

  /** Unknown fields are refused, not dropped. */
  #written(body: KubeObject, { dryRun = false, signal }: WriteOptions): Pick<Call, 'query' | 'body' | 'signal'> {
    const query = { fieldManager: this.#fieldManager, fieldValidation: 'Strict', ...rehearsed(dryRun) };
    return { query, body, ...abortable(signal) };
  }

  async #page(
    resource: Resource,
    { namespace, ...query }: Scope & { readonly continue: string | undefined; readonly limit: number | undefined },
    signal: AbortSignal | undefined,
  ): Promise<RawList> {
    const path = collectionPath(resource, namespace);
    return (await this.#transport.send({ method: 'GET', path, query, ...abortable(signal) })) as RawList;
  }

  async #apply(path: string, object: KubeObject, { force = false, dryRun = false }: ApplyOptions): Promise<KubeObject> {
    return (await this.#transport.send({
      method: 'PATCH',
      path,
      query: { fieldManager: this.#fieldManager, force, fieldValidation: 'Strict', ...rehearsed(dryRun) },
      body: object,
      contentType: 'application/apply-patch+yaml',
    })) as KubeObject;
  }
}

/** Objects of a list come without their kind; with it they look as those of a watch do. */
const withKind = ({ apiVersion, kind }: Resource, item: object): KubeObject =>
  ({ apiVersion, kind, ...item }) as KubeObject;

/** A dry run goes through admission and validation, and is not stored. */
const rehearsed = (dryRun: boolean): { dryRun?: string } => (dryRun ? { dryRun: 'All' } : {});

const abortable = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };
