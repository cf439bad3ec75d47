/** What the API server answers when it does not do as asked. */

/** `Status` of the API server, as far as it is read (k8s.io/apimachinery meta/v1). */
interface StatusBody {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code. */
  readonly status: number;
  /** The API server's word for it, as `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`. */
  readonly reason: string;
  /** How long the server asks to wait before the next try, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, body: unknown, retryAfterMs?: number) {
    const { message, reason } = isStatus(body) ? body : {};
    super(message ?? `the API server answered ${status}`);
    this.status = status;
    this.reason = reason ?? '';
    this.retryAfterMs = retryAfterMs;
  }
}

const isStatus = (body: unknown): body is StatusBody =>
  typeof body === 'object' && body !== null && (body as StatusBody).kind === 'Status';

const hasStatus = (error: unknown, status: number): boolean => error instanceof ApiError && error.status === status;

export const isNotFound = (error: unknown): boolean => hasStatus(error, 404);
export const isConflict = (error: unknown): boolean => hasStatus(error, 409);
/** The resourceVersion or continue token is older than what the server still holds: list anew. */
export const isExpired = (error: unknown): boolean => hasStatus(error, 410);

/**
 * @returns whether the server will answer the same however often it is asked: the object is invalid, or a policy or a right
 * forbids it.
 */
export const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && [400, 403, 413, 422].includes(error.status);

/** @returns an error in one line, for a log. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
