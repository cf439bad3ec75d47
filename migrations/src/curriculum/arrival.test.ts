import { describe, expect, it } from 'vitest';
import { arrivalOf, type KnownVersion } from './arrival.ts';

const ours = Buffer.from('ours');
const changed = Buffer.from('changed');
const LESSON = { published: true, digest: ours };

const known = (version: number, state: string, more: Partial<KnownVersion> = {}): KnownVersion => ({
  version,
  state,
  source: 'curriculum',
  digest: ours,
  revision: 1,
  ...more,
});
const theirs = { source: 'district', revision: 3, digest: changed };

describe('arrivalOf', () => {
  it.each<[string, readonly KnownVersion[], object]>([
    ['is published where there is none', [], { as: 'published', version: 1 }],
    ['does nothing the second time', [known(1, 'published')], { as: 'nothing' }],
    [
      'takes the place of the former',
      [known(1, 'published', { digest: changed })],
      { as: 'published', version: 2, retires: 1 },
    ],
    [
      'comes back where a release was taken back',
      [known(1, 'retired'), known(2, 'published', { digest: changed })],
      { as: 'published', version: 3, retires: 2 },
    ],
    [
      'leaves what the district has published',
      [known(1, 'retired', { digest: changed }), known(2, 'published', theirs)],
      { as: 'retired', version: 3 },
    ],
    [
      'does not bring back what the district withdrew',
      [known(1, 'retired', { digest: changed })],
      { as: 'retired', version: 2 },
    ],
    [
      'lies ready once',
      [known(1, 'retired', { digest: changed }), known(2, 'published', theirs), known(3, 'retired')],
      { as: 'nothing' },
    ],
    [
      'replaces its own untouched draft',
      [known(1, 'draft', { digest: changed })],
      { as: 'published', version: 2, insteadOf: 1 },
    ],
    ['leaves a draft that somebody works on', [known(1, 'draft', { revision: 2 })], { as: 'published', version: 2 }],
    ['leaves a draft of the district', [known(1, 'draft', theirs)], { as: 'published', version: 2 }],
  ])('a published lesson %s', (_what, versions, arrival) => {
    expect(arrivalOf(LESSON, versions)).toEqual(arrival);
  });

  it("a draft comes once, and is the district's from then on", () => {
    const draft = { published: false, digest: changed };
    expect(arrivalOf(draft, [])).toEqual({ as: 'draft', version: 1 });
    expect(arrivalOf(draft, [known(1, 'draft')])).toEqual({ as: 'nothing' });
  });
});
