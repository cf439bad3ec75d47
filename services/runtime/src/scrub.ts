/** Takes out of a text what may be a person's: for messages of errors, which we do not write ourselves. */

const MOST = 500;

/** In this order, so that what stands inside of another is gone with it. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // What is quoted is what was given: a value, a name, what somebody wrote.
  [/"[^"]*"|(?<![\w])'[^']*'(?![\w])|`[^`]*`|\u201c[^\u201d]*\u201d/g, '[…]'],
  // PostgreSQL tells of keys as (email)=(x@example.org).
  [/=\([^)]*\)/g, '=([…])'],
  [/\b[a-z][a-z+.-]*:\/\/[^\s]+/gi, '[url]'],
  [/[^\s@<>()]+@[^\s@<>()]+/g, '[mail]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]'],
  [/(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, '[address]'],
  // Class codes and codes to come back with.
  [/\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b/g, '[code]'],
  // Tokens, digests, ids: long and drawn at random, so that there are digits in them.
  [/(?<![\w-])(?=[\w.-]*\d)(?=[\w.-]*[a-z])[\w.-]{20,}/gi, '[id]'],
];

/** @returns a text without what may be a person's, and not longer than a line of a log should be. */
export function scrub(text: string): string {
  const cut = text.slice(0, 4 * MOST);
  return PATTERNS.reduce((left, [pattern, instead]) => left.replace(pattern, instead), cut).slice(0, MOST);
}
