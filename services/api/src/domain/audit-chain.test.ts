import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  faultAtEnd,
  follow,
  GENESIS,
  hashOf,
  linkAfter,
  personalDigest,
  type Fault,
  type Head,
  type Kept,
} from './audit-chain.ts';

const AT = new Date('2026-11-24T14:00:00.123Z');

interface Content {
  readonly actor: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly personal: Readonly<Record<string, string>> | null;
  readonly salt: Uint8Array;
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const content: fc.Arbitrary<Content> = fc.record({
  actor: text,
  object: text,
  detail: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 3 }),
  personal: fc.option(fc.dictionary(text, text, { maxKeys: 2 })),
  salt: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

function chainOf(contents: readonly Content[]): { readonly entries: Kept[]; readonly head: Head } {
  let head = GENESIS;
  const entries = contents.map(({ actor, object, detail, personal, salt }, index): Kept => {
    const digest = personal === null ? null : personalDigest(salt, personal);
    const at = new Date(AT.getTime() + index);
    const link = linkAfter(head, { at, actor, action: 'test.done', object, detail, personalDigest: digest });
    head = link;
    return { ...link, personal: personal === null ? null : { salt: Buffer.from(salt), fields: personal } };
  });
  return { entries, head };
}

function verify(entries: readonly Kept[], head: Head): Fault | undefined {
  const { head: reached, fault } = follow(
    GENESIS,
    entries.filter(({ sequence }) => sequence <= head.sequence),
  );
  return fault ?? faultAtEnd(reached, head, Math.max(0, ...entries.map(({ sequence }) => sequence)));
}

const chain = fc.array(content, { minLength: 2, maxLength: 12 }).map(chainOf);
const place = fc.nat({ max: 1_000 });

describe('the audit chain', () => {
  it('binds all of an entry and the one before it', () => {
    const entry = {
      sequence: 1,
      at: AT,
      actor: 'account:1',
      action: 'classroom.archived',
      object: 'classroom:2',
      detail: { students: 3 },
      personalDigest: null,
    };
    // printf 32 zero bytes and the JSON below into sha256sum.
    // {"action":"classroom.archived","actor":"account:1","at":"2026-11-24T14:00:00.123Z","detail":{"students":3},"object":"classroom:2","personal":null,"sequence":1}
    expect(hashOf(GENESIS.hash, entry).toString('hex')).toBe(
      'b413eb4a888d0c762d6585c473bea23a44e37d1a4ca5a255ecce704b177dc3ba',
    );
  });

  it('holds when nothing was done to it', () => {
    fc.assert(
      fc.property(chain, ({ entries, head }) => {
        expect(verify(entries, head)).toBeUndefined();
      }),
    );
  });

  it('holds when personal fields are deleted, any of them', () => {
    fc.assert(
      fc.property(chain, fc.infiniteStream(fc.boolean()), ({ entries, head }, gone) => {
        const left = entries.map((each) => (gone.next().value === true ? { ...each, personal: null } : each));
        expect(verify(left, head)).toBeUndefined();
      }),
    );
  });

  const changes: Readonly<Record<string, (entry: Kept) => Partial<Kept>>> = {
    sequence: ({ sequence }) => ({ sequence: sequence + 1 }),
    at: ({ at }) => ({ at: new Date(at.getTime() + 1) }),
    actor: ({ actor }) => ({ actor: `${actor}x` }),
    action: ({ action }) => ({ action: `${action}x` }),
    object: ({ object }) => ({ object: `x${object}` }),
    detail: ({ detail }) => ({ detail: { ...(detail as object), 'one more': 1 } }),
    personalDigest: ({ personalDigest: digest }) => ({ personalDigest: digest === null ? Buffer.alloc(32) : null }),
    previousHash: ({ previousHash }) => ({ previousHash: flipped(previousHash) }),
    hash: ({ hash }) => ({ hash: flipped(hash) }),
    'personal fields': ({ personal }) => ({
      personal: { salt: personal?.salt ?? Buffer.alloc(32), fields: { ...(personal?.fields as object), more: 'x' } },
    }),
  };

  it.each(Object.keys(changes))('says which entry first does not fit when one has another %s', (field) => {
    fc.assert(
      fc.property(chain, place, ({ entries, head }, at) => {
        const index = at % entries.length;
        const changed = entries.map((each, i) => (i === index ? { ...each, ...changes[field]?.(each) } : each));
        expect(verify(changed, head)?.sequence).toBeGreaterThanOrEqual(index + 1);
        expect(verify(changed, head)?.sequence).toBeLessThanOrEqual(index + 2);
      }),
    );
  });

  it('finds an entry that was taken out, the last one too', () => {
    fc.assert(
      fc.property(chain, place, ({ entries, head }, at) => {
        const index = at % entries.length;
        const fault = verify(entries.toSpliced(index, 1), head);
        const last = index === entries.length - 1;
        expect(fault).toEqual({ sequence: last ? index + 1 : index + 2, reason: last ? 'cut' : 'missing' });
      }),
    );
  });

  it('finds an entry that was put in, wherever and however well it was made', () => {
    fc.assert(
      fc.property(chain, place, content, ({ entries, head }, at, { actor, object, detail }) => {
        const index = at % (entries.length + 1);
        const before = index === 0 ? GENESIS : (entries[index - 1] ?? GENESIS);
        const forged = linkAfter(before, { at: AT, actor, action: 'forged', object, detail, personalDigest: null });
        expect(verify(entries.toSpliced(index, 0, { ...forged, personal: null }), head)).toBeDefined();
      }),
    );
  });

  it('finds two entries that changed places, with or without their numbers', () => {
    fc.assert(
      fc.property(chain, place, place, fc.boolean(), ({ entries, head }, one, other, renumbered) => {
        const [a, b] = [one % entries.length, other % entries.length];
        fc.pre(a !== b);
        const swapped = entries.map((each, i) => entries[i === a ? b : i === b ? a : i] ?? each);
        const rows = renumbered ? swapped.map((each, i) => ({ ...each, sequence: i + 1 })) : swapped;
        expect(verify(rows, head)?.sequence).toBeDefined();
      }),
    );
  });

  it('finds a chain that was made anew from an entry on, by its head', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 2, maxLength: 8 }), place, (contents, at) => {
        const { entries, head } = chainOf(contents);
        const index = at % contents.length;
        const anew = chainOf(contents.map((each, i) => (i === index ? { ...each, actor: `${each.actor}x` } : each)));
        expect(verify(entries, head)).toBeUndefined();
        expect(verify(anew.entries, head)).toEqual({ sequence: contents.length + 1, reason: 'cut' });
      }),
    );
  });

  it('takes what JSON has, and nothing else', () => {
    const entry = { ...GENESIS, at: AT, actor: '', action: '', object: '', personalDigest: null };
    expect(() => hashOf(GENESIS.hash, { ...entry, detail: { share: Number.NaN } })).toThrow('NaN');
  });
});

const flipped = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
