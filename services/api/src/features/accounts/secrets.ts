/** Secrets that are given once, and of which only a digest is kept: they are too long to be found by trying. */
import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** @returns a new secret, 43 characters of base64url. */
export const newSecret = (): string => randomBytes(BYTES).toString('base64url');

/** @returns what is kept of a secret. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
