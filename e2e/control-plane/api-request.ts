/** A request to the API server in Kubernetes' own words: verb, resource, namespace, name. */

export const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'patch',
  'apply',
  'update',
  'delete',
  'deletecollection',
] as const;

export type Verb = (typeof VERBS)[number];

const READS: readonly Verb[] = ['get', 'list', 'watch'];

export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly verb: Verb;
  readonly dryRun: boolean;
  /** Plural; empty for what is no resource, as /readyz. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** An answered request. */
export interface Answered extends ApiRequest {
  /** Status of the answer; 0 when none came. */
  readonly status: number;
}

/** @returns whether it changes what is stored, if it is accepted. */
export const isWrite = ({ verb, dryRun }: Pick<ApiRequest, 'verb' | 'dryRun'>): boolean =>
  !dryRun && !READS.includes(verb);

/** @returns what a request asks for (k8s.io/apiserver pkg/endpoints/request/requestinfo.go, without what we never send). */
export function parseRequest(method: string, path: string, contentType = ''): ApiRequest {
  const url = new URL(path, 'http://localhost');
  const object = parsePath(url.pathname);
  return {
    method,
    path,
    verb: verbOf(method, contentType, { named: object.name !== '', watch: isWatch(url.searchParams) }),
    dryRun: url.searchParams.has('dryRun'),
    ...object,
  };
}

const isWatch = (query: URLSearchParams): boolean => ['true', '1'].includes(query.get('watch') ?? '');

function verbOf(method: string, contentType: string, { named, watch }: { named: boolean; watch: boolean }): Verb {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return contentType.startsWith('application/apply-patch') ? 'apply' : 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      if (watch) return 'watch';
      return named ? 'get' : 'list';
  }
}

function parsePath(path: string): Pick<ApiRequest, 'resource' | 'subresource' | 'namespace' | 'name'> {
  const parts = path.split('/').slice(1);
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  // A namespace is itself a resource: only what comes after its name is inside it.
  const inside = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const [resource = '', name = '', subresource = ''] = inside ? rest.slice(2) : rest;
  return { resource, name, subresource, namespace: inside ? (rest[1] ?? '') : '' };
}
