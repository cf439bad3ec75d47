/**
 * The audit's chain. Each entry's hash covers the hash before it and everything in the entry, its place in the chain too; so
 * an entry cannot be changed, taken out, put in or moved without all that follow being made anew, and what the newest hash
 * was is kept outside of the database (anchors). Personal fields are bound by a digest with a salt of their own: when they
 * and the salt are deleted, nobody can find out by trying what they were, and the chain still holds.
 */
import { createHash, createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';

export type Detail = Readonly<Record<string, string | number | boolean | null>>;
export type PersonalFields = Readonly<Record<string, string>>;

/** What the hash of an entry covers beside the hash before it. */
export interface Content {
  readonly sequence: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: unknown;
  readonly personalDigest: Buffer | null;
}

export interface Link extends Content {
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

/** The end of the chain: the number of its newest entry, and that entry's hash. */
export interface Head {
  readonly sequence: number;
  readonly hash: Buffer;
}

/** The head of a chain without entries, as the migration wrote it. */
export const GENESIS: Head = { sequence: 0, hash: Buffer.alloc(32) };

/** @returns sha256 over the hash before and the canonical JSON (RFC 8785) of an entry. @throws Error for what JSON has not. */
export function hashOf(previousHash: Uint8Array, { at, personalDigest, ...rest }: Content): Buffer {
  const { sequence, actor, action, object, detail } = rest;
  const personal = personalDigest?.toString('hex') ?? null;
  const content = { sequence, at: at.toISOString(), actor, action, object, detail, personal };
  return createHash('sha256').update(previousHash).update(canonical(content)).digest();
}

/** @param salt - 32 random bytes of this entry alone. @returns what binds personal fields to an entry. */
export const personalDigest = (salt: Uint8Array, fields: PersonalFields): Buffer =>
  createHmac('sha256', salt).update(canonical(fields)).digest();

/** @returns the entry that follows a head. */
export function linkAfter(head: Head, content: Omit<Content, 'sequence'>): Link {
  const numbered = { ...content, sequence: head.sequence + 1 };
  return { ...numbered, previousHash: head.hash, hash: hashOf(head.hash, numbered) };
}

function canonical(value: unknown): string {
  const json = canonicalize(value);
  if (json === undefined) throw new Error('there is no JSON of that');
  return json;
}
