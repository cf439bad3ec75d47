/** Before the tests on bare control planes: their programs are built, and what tests that were killed left behind is gone. */
import { removeLeftovers } from '../control-plane/place.ts';
import { buildPrograms } from '../control-plane/programs.ts';
import { step } from '../cluster/progress.ts';

export default async function setup(): Promise<() => Promise<void>> {
  await step('Programs of the control plane', buildPrograms);
  await removeLeftovers();
  return removeLeftovers;
}
