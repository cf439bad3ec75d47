/** The verbs that write: create, replace, patch, apply and delete, each as strict as the real server's. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta } from '../resource.ts';
import { applied, updated } from './applying.ts';
import { checkTimes, configurationOf, objectOf, patchOf } from './bodies.ts';
import { isRecord } from './field-paths.ts';
import { patched } from './merging.ts';
import type { ObjectStore } from './object-store.ts';
import type { Writer } from './ownership.ts';
import type { FakeResource } from './resources.ts';
import type { Route } from './routes.ts';
import { alreadyExists, badRequest, conflict, deleted, mustHaveVersion, notFound, type Status } from './statuses.ts';

const CHANGED = 'the object has been modified; please apply your changes to the latest version and try again';

/** A request to write, as far as it has been understood. */
export interface Write {
  readonly route: Route & { readonly resource: FakeResource };
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** Who writes when the query does not say: the user agent's first word. */
  readonly userAgent: string;
}

export interface Answer {
  readonly code: number;
  readonly body: KubeObject | Status;
}

export class Writes {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** @throws Refusal */
  answer(write: Write): Answer {
    switch (write.route.verb) {
      case 'create':
        return this.#create(write);
      case 'replace':
        return this.#replace(write);
      case 'merge':
        return this.#merge(write);
      case 'apply':
        return this.#apply(write);
      case 'delete':
        return this.#delete(write);
      case 'discover':
      case 'get':
      case 'list':
      case 'watch':
        throw new TypeError(`${write.route.verb} does not write`);
    }
  }

  #create(write: Write): Answer {
    const { resource } = write.route;
    const object = objectOf(write.body, resource, write.route);
    if (object.metadata.resourceVersion !== undefined)
      throw badRequest('resourceVersion should not be set on objects to be created');
    if (this.#store.get(resource, object.metadata) !== undefined) throw alreadyExists(resource, object.metadata.name);
    const next = identified(withoutStatus(object, resource), undefined);
    return { code: 201, body: this.#save(write, undefined, this.#updated(write, undefined, next)) };
  }

  #replace(write: Write): Answer {
    const { resource } = write.route;
    const object = objectOf(write.body, resource, write.route);
    const live = this.#live(write);
    if (object.metadata.resourceVersion === undefined) throw mustHaveVersion(resource, object.metadata.name);
    checkPreconditions(write, live, object.metadata);
    const next = identified(partOf(write, live, object), live);
    return { code: 200, body: this.#save(write, live, this.#updated(write, live, next)) };
  }

  #merge(write: Write): Answer {
    const patch = patchOf(write.body);
    const live = this.#live(write);
    if (isRecord(patch.metadata)) checkPreconditions(write, live, patch.metadata);
    const next = identified(partOf(write, live, patched(live, patch) as KubeObject), live);
    return { code: 200, body: this.#save(write, live, this.#updated(write, live, next)) };
  }

  #apply(write: Write): Answer {
    const { resource, isStatus } = write.route;
    const given = configurationOf(write.body, resource, write.route);
    const live = this.#store.get(resource, given.metadata);
    if (live === undefined && isStatus) throw notFound(resource, given.metadata.name);
    if (live !== undefined) checkPreconditions(write, live, given.metadata);
    else if (given.metadata.uid !== undefined || given.metadata.resourceVersion !== undefined)
      throw conflict(resource, given.metadata.name, 'uid mismatch: no existing object was found');
    const config = isStatus ? statusAlone(given) : withoutStatus(given, resource);
    const writing = { live, writer: writerOf(write, 'Apply'), time: now(), force: write.query.force === 'true' };
    const next = identified(applied(config, writing), live);
    return { code: live === undefined ? 201 : 200, body: this.#save(write, live, next) };
  }

  #delete(write: Write): Answer {
    const { resource } = write.route;
    const live = this.#live(write);
    const options = write.body === '' ? {} : patchOf(write.body);
    if (isRecord(options.preconditions)) checkPreconditions(write, live, options.preconditions);
    if (write.query.dryRun !== undefined || isRecord(options.dryRun)) return { code: 200, body: live };
    const { finalizers = [] } = live.metadata as { readonly finalizers?: readonly string[] };
    if (finalizers.length === 0) {
      this.#store.delete(resource, live);
      return { code: 200, body: deleted(resource, live.metadata) };
    }
    if (live.metadata.deletionTimestamp !== undefined) return { code: 200, body: live };
    const ending = { deletionTimestamp: now(), deletionGracePeriodSeconds: 0 };
    return { code: 200, body: this.#store.write(resource, { ...live, metadata: { ...live.metadata, ...ending } }) };
  }

  #live({ route: { resource, namespace, name = '' } }: Write): KubeObject {
    const live = this.#store.get(resource, { name, ...(namespace === undefined ? {} : { namespace }) });
    if (live === undefined) throw notFound(resource, name);
    return live;
  }

  #updated(write: Write, live: KubeObject | undefined, next: KubeObject): KubeObject {
    return updated(next, { live, writer: writerOf(write, 'Update'), time: now() });
  }

  /** What changes nothing is not written; what was only kept by its finalizers goes with the last of them. */
  #save({ route: { resource }, query }: Write, live: KubeObject | undefined, next: KubeObject): KubeObject {
    checkTimes(next);
    const counted = resource.hasStatus === true ? withGeneration(live, next) : next;
    if (query.dryRun !== undefined || (live !== undefined && isDeepStrictEqual(live, counted))) return counted;
    const { deletionTimestamp, finalizers = [] } = counted.metadata as {
      readonly finalizers?: readonly string[];
    } & ObjectMeta;
    if (deletionTimestamp === undefined || finalizers.length > 0) return this.#store.write(resource, counted);
    this.#store.delete(resource, counted);
    return counted;
  }
}

/** @returns the current time as the real server writes it: without fractions. */
const now = (): string => new Date().toISOString().replace(/\.\d+/, '');

function writerOf({ route, query, userAgent }: Write, operation: Writer['operation']): Writer {
  const { apiVersion } = route.resource;
  const manager = query.fieldManager ?? userAgent.replace(/\/.*/s, '');
  return { manager, operation, apiVersion, ...(route.isStatus ? { subresource: 'status' } : {}) };
}

/** @throws Refusal 409 when the object is another than the one that was meant. */
function checkPreconditions(
  { route: { resource } }: Write,
  { metadata: live }: KubeObject,
  { uid, resourceVersion }: Readonly<Record<string, unknown>>,
): void {
  if (uid !== undefined && uid !== live.uid) {
    const asked = typeof uid === 'string' ? uid : JSON.stringify(uid);
    const why = `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${live.uid ?? ''}`;
    throw conflict(resource, live.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== live.resourceVersion)
    throw conflict(resource, live.name, CHANGED);
}

/** What only the server sets. */
const SERVER_SET = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'resourceVersion',
  'uid',
];

/** @returns an object with what only the server sets, as the live one has it, or new. */
function identified(object: KubeObject, live: KubeObject | undefined): KubeObject {
  const source: object = live?.metadata ?? { uid: randomUUID(), creationTimestamp: now() };
  const given = Object.entries(object.metadata).filter(([field]) => !SERVER_SET.includes(field));
  const kept = Object.entries(source).filter(([field]) => SERVER_SET.includes(field));
  return { ...object, metadata: Object.fromEntries([...given, ...kept]) as unknown as ObjectMeta };
}

/** The paths of an object and of its status each write their own part. */
function partOf({ route: { isStatus, resource } }: Write, live: KubeObject, next: KubeObject): KubeObject {
  if (isStatus) return withStatus(live, next.status);
  return resource.hasStatus === true ? withStatus(next, live.status) : next;
}

function withStatus(object: KubeObject, status: unknown): KubeObject {
  const others = Object.entries(object).filter(([field]) => field !== 'status');
  return Object.fromEntries(status === undefined ? others : [...others, ['status', status]]) as unknown as KubeObject;
}

function withoutStatus(object: KubeObject, { hasStatus }: FakeResource): KubeObject {
  return hasStatus === true ? withStatus(object, undefined) : object;
}

function statusAlone({ apiVersion, kind, metadata: { name, namespace }, status }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, status };
}

/** The generation counts the changes of all but metadata and status. */
function withGeneration(live: KubeObject | undefined, next: KubeObject): KubeObject {
  const before = typeof live?.metadata.generation === 'number' ? live.metadata.generation : 0;
  const isSame = live !== undefined && isDeepStrictEqual(desired(live), desired(next));
  return { ...next, metadata: { ...next.metadata, generation: isSame ? before : before + 1 } };
}

const desired = (object: KubeObject): object => ({ ...object, metadata: undefined, status: undefined });
