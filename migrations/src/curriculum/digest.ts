/** By what a lesson's contents are known: the same words have the same digest, whichever way they were stored. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { LessonContent } from './content.ts';

/** @returns the SHA-256 of a lesson's canonical JSON (RFC 8785). */
export const digestOf = (content: LessonContent): Buffer =>
  createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest();
