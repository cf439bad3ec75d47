/** What the API server answers when it does not do as asked. */

/** `Status` of the API server, as far as it is read (k8s.io/apimachinery meta/v1). */
interface StatusBody {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly Cause[] };
}

interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** A field that another manager owns and that we would change. */
export interface FieldConflict {
  /** As `.spec.template.spec.containers[name="api"].image`. */
  readonly field: string;
  readonly manager: string;
  /**
   * Whether that manager declared the field by server-side apply, and so will claim it again; otherwise it wrote the field
   * once, as `kubectl edit` does.
   */
  readonly declared: boolean;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code. */
  readonly status: number;
  /** The API server's word for it, as `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`. */
  readonly reason: string;
  /** How long the server asks to wait before the next try, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Why a server-side apply was refused with 409; empty for every other error. */
  readonly conflicts: readonly FieldConflict[];

  constructor(status: number, body: unknown, retryAfterMs?: number) {
    const { message, reason, details } = isStatus(body) ? body : {};
    super(message ?? problemDetail(body) ?? `the API server answered ${status}`);
    this.status = status;
    this.reason = reason ?? '';
    this.retryAfterMs = retryAfterMs;
    this.conflicts = (details?.causes ?? []).filter(isFieldConflict).map(fieldConflict);
  }
}

const isFieldConflict = ({ reason }: Cause): boolean => reason === 'FieldManagerConflict';

/** The words are those of apimachinery's managedfields/internal/conflict.go; only a manager by Update is told with its version. */
function fieldConflict({ field = '', message = '' }: Cause): FieldConflict {
  const [, manager = '', rest = ''] = /^conflict with "((?:[^"\\]|\\.)*)"(.*)$/.exec(message) ?? [];
  return { field, manager, declared: !rest.includes(' using ') };
}

/** What a service says that is reached through the API server, where it says it as RFC 9457 has it. */
const problemDetail = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
    ? body.detail
    : undefined;

const isStatus = (body: unknown): body is StatusBody =>
  typeof body === 'object' && body !== null && (body as StatusBody).kind === 'Status';

const hasStatus = (error: unknown, status: number): boolean => error instanceof ApiError && error.status === status;

export const isNotFound = (error: unknown): boolean => hasStatus(error, 404);
export const isConflict = (error: unknown): boolean => hasStatus(error, 409);
/** The resourceVersion or continue token is older than what the server still holds: list anew. */
export const isExpired = (error: unknown): boolean => hasStatus(error, 410);
/** The resourceVersion is one that the server has not come to, as after etcd was restored from a backup: list anew. */
export const isAhead = (error: unknown): boolean =>
  hasStatus(error, 504) && (error as ApiError).message.startsWith('Too large resource version');

/**
 * @returns whether the server will answer the same however often it is asked: the object is invalid, or a policy forbids it. A
 *   right that is missing is none: a server that starts answers so until it has read the roles.
 */
export const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && ([400, 403, 413, 422].includes(error.status) || isMistyped(error)) && !lacksRight(error);

/** The words are those of apiserver's endpoints/handlers/responsewriters/errors.go, `forbiddenMessage`. */
const lacksRight = ({ status, message }: ApiError): boolean => status === 403 && /User "[^"]*" cannot /.test(message);

/** An apply that does not fit the kind's schema is answered 500 (apiserver's handlers/patch.go, applyPatcher). */
const isMistyped = ({ status, message }: ApiError): boolean =>
  status === 500 && message.startsWith('failed to create typed patch object');

/** @returns whether the change is refused because a field of the object can never change (k8s.io/apimachinery validation). */
export const isImmutable = (error: unknown): boolean =>
  hasStatus(error, 422) &&
  /field is immutable|updates to statefulset spec for fields other than/.test((error as ApiError).message);

/** @returns an error in one line, for a log. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
