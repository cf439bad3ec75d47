/** Comparing plain JSON by content. */
import { createHash } from 'node:crypto';

/** @returns JSON text that does not depend on the order of keys; what is undefined is left out, as JSON does. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = value as Readonly<Record<string, unknown>>;
  const parts: string[] = [];
  for (const name of Object.keys(fields).sort())
    if (fields[name] !== undefined) parts.push(`${JSON.stringify(name)}:${canonical(fields[name])}`);
  return `{${parts.join(',')}}`;
}

/** @returns a digest of 128 bits, as base64url, of JSON by content. */
export const digest = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest().subarray(0, 16).toString('base64url');
