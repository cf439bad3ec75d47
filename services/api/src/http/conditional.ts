/**
 * Conditional requests (RFC 9110, 13): what a client has already is not sent again, and what it has not seen is not
 * overwritten.
 */
import { createHash } from 'node:crypto';
import { Problem } from './problems.ts';
import type { Answer, Call } from './route.ts';

/** What is kept ready to be sent: its bytes, so that they need not be worked out each time, and their tag. */
export interface Representation {
  readonly bytes: Buffer;
  readonly etag: string;
  /** More to say of it than everybody's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @returns whether it is still what would be sent; those of which it is not known are made anew each time. */
  readonly holds?: () => boolean;
}

/** @returns JSON as it is sent. */
export function represent(json: string): Representation {
  const bytes = Buffer.from(json);
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

/**
 * @param cacheControl - who may keep it, and for how long a client need not ask again
 * @returns the answer: 304 when the client has it
 */
export function conditional(
  { headers: asked }: Pick<Call, 'headers'>,
  { bytes, etag, headers, holds }: Representation,
  cacheControl: string,
): Answer {
  const answerHeaders = { ...headers, etag, 'cache-control': cacheControl };
  return isOneOf(asked['if-none-match'], etag)
    ? { status: 304, headers: answerHeaders }
    : {
        status: 200,
        json: bytes,
        headers: answerHeaders,
        ...(holds === undefined ? {} : { ready: { bytes, etag, holds } }),
      };
}

/**
 * Holds a change to what its sender has seen.
 * @throws Problem 428 when it does not say, 412 when that is no longer what is there
 */
export function requireMatch({ headers }: Pick<Call, 'headers'>, etag: string): void {
  const seen = headers['if-match'];
  // "Whatever is there" would be a change of what nobody has seen.
  if (typeof seen !== 'string' || seen.trim() === '*')
    throw new Problem({ status: 428, detail: 'Send the ETag of what you change as If-Match.' });
  // Strong comparison: a tag that was weakened on the way says less than which revision it is.
  if (!seen.split(',').some((tag) => tag.trim() === etag))
    throw new Problem({
      status: 412,
      detail: 'Somebody has changed it since you read it. Read it again and redo the change.',
    });
}

/** Weak comparison, as If-None-Match asks for: a proxy that compresses weakens the tag. */
export function isOneOf(header: string | string[] | undefined, etag: string): boolean {
  if (typeof header !== 'string') return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
