import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideDisposal, needsFinalizer, type Remnant } from './decide.ts';

const remnant = (kind: string, more: Partial<Remnant> = {}): Remnant => ({
  kind,
  name: kind.toLowerCase(),
  runsPods: false,
  leaving: false,
  ...more,
});
const volume = (more: Partial<Remnant> = {}): Remnant => remnant('PersistentVolumeClaim', more);
const workload = (more: Partial<Remnant> = {}): Remnant => remnant('StatefulSet', { runsPods: true, ...more });

describe('needsFinalizer', () => {
  it('holds a platform up only where data is to be deleted with it', () => {
    expect([needsFinalizer({ deletionPolicy: 'Delete' }), needsFinalizer({ deletionPolicy: 'Retain' })]).toEqual([
      true,
      false,
    ]);
  });
});

describe('decideDisposal', () => {
  it.each<[string, Remnant[], string[]]>([
    ['what runs pods before the volumes that they use', [volume(), workload()], ['statefulset']],
    ['no volume while a StatefulSet is going', [volume(), workload({ leaving: true })], []],
    ['volumes that nobody makes anew', [volume()], ['persistentvolumeclaim']],
    ['nothing that is going already', [volume({ leaving: true }), workload({ leaving: true })], []],
    ['nothing that holds no data and runs nothing', [volume({ leaving: true }), remnant('Service')], []],
  ])('deletes %s', (_what, remnants, names) => {
    const { remove, done } = decideDisposal(remnants);
    expect(remove.map(({ name }) => name)).toEqual(names);
    expect(done).toBe(false);
  });

  it('is done when no volume is left and none can be made, whatever else is: garbage collection has it', () => {
    expect(decideDisposal([remnant('Service')])).toMatchObject({ done: true, remove: [] });
    expect(decideDisposal([])).toMatchObject({ done: true });
  });

  it('is not done while a StatefulSet is there, which may make its volume yet', () => {
    expect(decideDisposal([workload()])).toMatchObject({ done: false, remove: [workload()] });
    expect(decideDisposal([workload({ leaving: true })])).toMatchObject({ done: false, remove: [] });
  });

  it('names what it waits for', () => {
    const { message } = decideDisposal([volume({ name: 'a' }), volume({ name: 'b', leaving: true }), workload()]);
    expect(message).toBe(
      'waiting until these are deleted: PersistentVolumeClaim a, PersistentVolumeClaim b, StatefulSet statefulset',
    );
  });

  it('is done only when there is no volume and nobody to make one, and then has nothing to delete', () => {
    const any = fc.record({
      kind: fc.constantFrom('PersistentVolumeClaim', 'Service', 'Deployment'),
      name: fc.string(),
      runsPods: fc.boolean(),
      leaving: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), (remnants) => {
        const { done, remove } = decideDisposal(remnants);
        expect(done).toBe(remnants.every(({ kind, runsPods }) => kind !== 'PersistentVolumeClaim' && !runsPods));
        if (done) expect(remove).toEqual([]);
        expect(remove.some(({ leaving }) => leaving)).toBe(false);
      }),
    );
  });
});
