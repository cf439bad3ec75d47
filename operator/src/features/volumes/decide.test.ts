import { describe, expect, it } from 'vitest';
import { decideVolumes } from './decide.ts';

const size = (wanted: string, held?: string) => ({ path: 'spec.x', wanted, held });

describe('decideVolumes', () => {
  it.each([
    ['there is no volume yet', size('1Gi')],
    ['it grows', size('2Gi', '1Gi')],
    ['it stays, in other words', size('1Gi', '1024Mi')],
  ])('accepts it when %s', (_what, volume) => {
    expect(decideVolumes([volume])).toEqual({ ok: true, value: true });
  });

  it('refuses the first one that would shrink, and says what to do', () => {
    expect(decideVolumes([size('2Gi', '2Gi'), size('1G', '1Gi'), size('1', '2')])).toEqual({
      ok: false,
      reason: 'VolumeCannotShrink',
      path: 'spec.x',
      message: 'the volume has 1Gi, and cannot shrink to 1G: set it to 1Gi or more, or restore into a new platform',
    });
  });
});
