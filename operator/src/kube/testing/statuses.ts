/** What the API server says when it refuses, worded as k8s.io/apimachinery (pkg/api/errors) and k8s.io/apiserver word it. */
import type { Resource } from '../resource.ts';

export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A request that is answered with a Status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: Status & { readonly code: number };

  constructor(code: number, reason: string, { message, details }: { message: string; details?: StatusDetails }) {
    super(message);
    const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const;
    this.status = { ...head, message, reason, ...(details === undefined ? {} : { details }), code };
  }
}

/** @returns the group of an apiVersion, '' for the core group. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '');

/** @returns a resource as messages name it: `configmaps`, `deployments.apps`. */
const qualified = ({ apiVersion, plural }: Resource): string =>
  groupOf(apiVersion) === '' ? plural : `${plural}.${groupOf(apiVersion)}`;

const detailsOf = ({ apiVersion, plural }: Resource, name: string): StatusDetails => ({
  name,
  ...(groupOf(apiVersion) === '' ? {} : { group: groupOf(apiVersion) }),
  kind: plural,
});

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', { message });

export const notFound = (resource: Resource, name: string): Refusal =>
  new Refusal(404, 'NotFound', {
    message: `${qualified(resource)} "${name}" not found`,
    details: detailsOf(resource, name),
  });

export const methodNotAllowed = (): Refusal =>
  new Refusal(405, 'MethodNotAllowed', {
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });

export const alreadyExists = (resource: Resource, name: string): Refusal =>
  new Refusal(409, 'AlreadyExists', {
    message: `${qualified(resource)} "${name}" already exists`,
    details: detailsOf(resource, name),
  });

export const conflict = (resource: Resource, name: string, why: string): Refusal =>
  new Refusal(409, 'Conflict', {
    message: `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    details: detailsOf(resource, name),
  });

export const applyConflict = (causes: readonly StatusCause[], message: string): Refusal =>
  new Refusal(409, 'Conflict', { message, details: { causes } });

export const expired = (message: string): Refusal => new Refusal(410, 'Expired', { message });

export const unsupportedMediaType = (accepted: readonly string[]): Refusal =>
  new Refusal(415, 'UnsupportedMediaType', {
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  });

/** @param of - what is invalid, as `PatchOptions.meta.k8s.io` */
export function invalid(of: string, name: string, cause: Required<StatusCause>): Refusal {
  return new Refusal(422, 'Invalid', {
    message: `${of} "${name}" is invalid: ${cause.field}: ${cause.message}`,
    details: { name, kind: of.replace(/\..*/, ''), causes: [cause] },
  });
}

export const mustHaveVersion = (resource: Resource, name: string): Refusal =>
  invalid(qualified(resource), name, {
    reason: 'FieldValueInvalid',
    message: 'Invalid value: 0: must be specified for an update',
    field: 'metadata.resourceVersion',
  });

export const versionTooLarge = (asked: number, current: number): Refusal =>
  new Refusal(504, 'Timeout', {
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });

/** @returns the answer to a deletion. */
export const deleted = (resource: Resource, { name, uid }: { name: string; uid?: string }): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { ...detailsOf(resource, name), ...(uid === undefined ? {} : { uid }) },
});
