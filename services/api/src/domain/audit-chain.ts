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

/** An entry as it is kept, with its personal fields while they are. */
export interface Kept extends Link {
  readonly personal: { readonly salt: Buffer; readonly fields: unknown } | null;
}

/** What is wrong with an entry, the first that is. */
export const REASONS = {
  missing: 'entries before it are missing',
  repeated: 'its place in the chain is taken by the one before it',
  unlinked: 'it is bound to another entry than the one before it',
  changed: 'it was changed: its hash is not that of what it holds',
  personal: 'its personal fields were changed or added',
  cut: 'the head of the chain is another: entries at the end are missing, were added past the head, or were changed',
} as const;
export type Reason = keyof typeof REASONS;

export interface Fault {
  readonly sequence: number;
  readonly reason: Reason;
}

/** @returns what is wrong with the entry that follows a head, or undefined. Personal fields that are gone are no fault. */
export function faultOf(head: Head, entry: Kept): Fault | undefined {
  const { sequence } = entry;
  const reason = reasonOf(head, entry);
  return reason === undefined ? undefined : { sequence, reason };
}

function reasonOf(head: Head, entry: Kept): Reason | undefined {
  if (entry.sequence > head.sequence + 1) return 'missing';
  if (entry.sequence <= head.sequence) return 'repeated';
  if (!entry.previousHash.equals(head.hash)) return 'unlinked';
  if (!entry.hash.equals(hashOf(head.hash, entry))) return 'changed';
  return personalHolds(entry) ? undefined : 'personal';
}

function personalHolds({ personal, personalDigest: digest }: Kept): boolean {
  if (personal === null) return true;
  return digest?.equals(personalDigest(personal.salt, personal.fields as PersonalFields)) ?? false;
}

/** @returns how far entries follow a head, and the first fault among them. */
export function follow(
  head: Head,
  entries: Iterable<Kept>,
): { readonly head: Head; readonly fault: Fault | undefined } {
  let reached = head;
  for (const entry of entries) {
    const fault = faultOf(reached, entry);
    if (fault !== undefined) return { head: reached, fault };
    reached = { sequence: entry.sequence, hash: entry.hash };
  }
  return { head: reached, fault: undefined };
}

/**
 * @param reached - how far the entries follow one another
 * @param newest - number of the last entry that there is
 * @returns the fault of a chain that does not end at its head
 */
export function faultAtEnd(reached: Head, head: Head, newest: number): Fault | undefined {
  if (newest === head.sequence && reached.sequence === head.sequence && reached.hash.equals(head.hash))
    return undefined;
  return { sequence: Math.min(reached.sequence, head.sequence) + 1, reason: 'cut' };
}
