/** Which verb a request means, on which resource; and whether its parameters are ones that the verb knows. */
import type { FakeResource } from './resources.ts';
import { badRequest, invalid, methodNotAllowed, unsupportedMediaType } from './statuses.ts';

export type Verb = 'apply' | 'create' | 'delete' | 'discover' | 'get' | 'list' | 'merge' | 'replace' | 'watch';

export interface Route {
  readonly verb: Verb;
  readonly apiVersion: string;
  /** Undefined for discovery alone. */
  readonly resource: FakeResource | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly isStatus: boolean;
}

export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly hasBody: boolean;
}

const PATH =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+\/[^/]+))(?:\/namespaces\/(?<namespace>[^/]+)(?=\/(?!status$)))?(?:\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[^/]+))?)?)?$/;

const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];
const SELECT = ['fieldSelector', 'labelSelector', 'resourceVersion', 'timeoutSeconds'];
/** The real server passes over parameters that it does not know; a misspelt one is a fault of ours all the same. */
const PARAMETERS: Readonly<Record<Verb, readonly string[]>> = {
  apply: [...WRITE, 'force'],
  create: WRITE,
  delete: ['dryRun', 'gracePeriodSeconds', 'propagationPolicy'],
  discover: [],
  get: ['resourceVersion'],
  list: [...SELECT, 'continue', 'limit', 'resourceVersionMatch'],
  merge: [...WRITE, 'force'],
  replace: WRITE,
  watch: [...SELECT, 'allowWatchBookmarks', 'watch'],
};
const PATCHES: Readonly<Record<string, Verb>> = {
  'application/apply-patch+yaml': 'apply',
  'application/merge-patch+json': 'merge',
};

/** @returns what a request asks for. @throws Refusal when the server does not serve it. */
export function routeOf(head: RequestHead, resources: readonly FakeResource[]): Route {
  const route = placeOf(head, resources);
  return { ...route, verb: verbOf(head, route) };
}

/** @throws Refusal for a parameter that is unknown, malformed or missing. */
export function checkParameters({ verb }: Route, { query }: RequestHead): void {
  const unknown = Object.keys(query).find((name) => !PARAMETERS[verb].includes(name));
  if (unknown !== undefined) throw badRequest(`unknown query parameter "${unknown}" for ${verb}`);
  for (const [name, pattern] of Object.entries(FORMS)) {
    const value = query[name];
    if (value !== undefined && !pattern.test(value))
      throw badRequest(`invalid value "${value}" of query parameter "${name}"`);
  }
  if (verb === 'apply' || verb === 'merge') checkPatchOptions(verb, query);
}

const FORMS = {
  allowWatchBookmarks: /^(true|false)$/,
  dryRun: /^All$/,
  fieldManager: /^[\x20-\x7e]{1,128}$/,
  fieldValidation: /^(Ignore|Strict|Warn)$/,
  force: /^(true|false)$/,
  limit: /^\d+$/,
  propagationPolicy: /^(Background|Foreground|Orphan)$/,
  resourceVersion: /^\d*$/,
  resourceVersionMatch: /^NotOlderThan$/,
  timeoutSeconds: /^\d+$/,
  watch: /^(true|false|1|0)$/,
};

function checkPatchOptions(verb: 'apply' | 'merge', query: RequestHead['query']): void {
  const of = 'PatchOptions.meta.k8s.io';
  if (verb === 'apply' && query.fieldManager === undefined)
    throw invalid(of, '', {
      reason: 'FieldValueRequired',
      message: 'Required value: is required for apply patch',
      field: 'fieldManager',
    });
  if (verb === 'merge' && query.force !== undefined)
    throw invalid(of, '', {
      reason: 'FieldValueForbidden',
      message: 'Forbidden: may not be specified for non-apply patch',
      field: 'force',
    });
}

function placeOf({ path }: RequestHead, resources: readonly FakeResource[]): Omit<Route, 'verb'> {
  const { core, group, namespace, plural, name, sub } = PATH.exec(path)?.groups ?? {};
  const apiVersion = core ?? group;
  const ofVersion = resources.filter((resource) => resource.apiVersion === apiVersion);
  const resource = ofVersion.find((each) => each.plural === plural);
  const isKnown = plural === undefined ? ofVersion.length > 0 : resource !== undefined;
  const place = { resource, namespace, name, isStatus: sub === 'status' };
  if (apiVersion === undefined || !isKnown || !isPlace(place) || !['status', undefined].includes(sub))
    throw new PageNotFound();
  return { apiVersion, ...place };
}

/** @returns whether a resource has objects there, and a status where it is asked for. */
function isPlace({ resource, namespace, name, isStatus }: Omit<Route, 'apiVersion' | 'verb'>): boolean {
  const { clusterScoped = false, hasStatus = false } = resource ?? {};
  if (isStatus && !hasStatus) return false;
  if (namespace !== undefined) return resource !== undefined && !clusterScoped;
  return name === undefined || clusterScoped;
}

/** A path that no handler knows is answered with plain text, not with a Status. */
export class PageNotFound extends Error {
  override readonly name = 'PageNotFound';

  constructor() {
    super('404 page not found');
  }
}

function verbOf(head: RequestHead, { resource, namespace, name }: Omit<Route, 'verb'>): Verb {
  if (resource === undefined) {
    if (head.method !== 'GET') throw methodNotAllowed();
    return 'discover';
  }
  if (name !== undefined) return verbOnObject(head);
  if (head.method === 'GET') return ['true', '1'].includes(head.query.watch ?? '') ? 'watch' : 'list';
  if (head.method !== 'POST' || (namespace === undefined && resource.clusterScoped !== true)) throw methodNotAllowed();
  demandJson(head);
  return 'create';
}

function verbOnObject(head: RequestHead): Verb {
  const { method, contentType = '' } = head;
  switch (method) {
    case 'GET':
      return 'get';
    case 'DELETE':
      if (head.hasBody) demandJson(head);
      return 'delete';
    case 'PUT':
      demandJson(head);
      return 'replace';
    case 'PATCH': {
      const verb = PATCHES[contentType.replace(/;.*/, '')];
      if (verb === undefined) throw unsupportedMediaType(Object.keys(PATCHES));
      return verb;
    }
    default:
      throw methodNotAllowed();
  }
}

function demandJson({ contentType = '' }: RequestHead): void {
  if (contentType.replace(/;.*/, '') !== 'application/json') throw unsupportedMediaType(['application/json']);
}
