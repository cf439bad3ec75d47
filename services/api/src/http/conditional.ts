/** Conditional GET (RFC 9110, 13): what a client has already is not sent again. */
import { createHash } from 'node:crypto';
import type { Answer, Call } from './route.ts';

/** @returns the entity tag of a body. */
export const etagOf = (json: string): string =>
  `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;

/** What is kept ready to be sent: the body and its tag. */
export interface Representation {
  readonly json: string;
  readonly etag: string;
}

/**
 * @param maxAgeSeconds - for how long a client need not ask again
 * @returns the answer: 304 when the client has it. What is public may be kept by anyone on the way.
 */
export function conditional(
  { headers }: Pick<Call, 'headers'>,
  { json, etag }: Representation,
  maxAgeSeconds: number,
): Answer {
  const answerHeaders = { etag, 'cache-control': `public, max-age=${maxAgeSeconds}` };
  return matches(headers['if-none-match'], etag)
    ? { status: 304, headers: answerHeaders }
    : { status: 200, json, headers: answerHeaders };
}

/** Weak comparison, as If-None-Match asks for: a proxy that compresses weakens the tag. */
function matches(header: string | string[] | undefined, etag: string): boolean {
  if (typeof header !== 'string') return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
