/** What a schema cannot say of PostgreSQL's memory. */
import type { Spec } from '@heroes/crds/spec.ts';
import { quantityValue } from '../../platform/quantity.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';

/** What all connections share (shared_buffers), in the MB of PostgreSQL, which are of 1,024 kB. */
export const SHARED_BUFFERS_MB = 128;
/** With less than as much again for the connections the kernel ends PostgreSQL under its first load. */
const FEWEST_MI = 2 * SHARED_BUFFERS_MB;
const MI = 2 ** 20;

/** @returns a refusal when the memory is too little for PostgreSQL to run in. */
export function decideDatabase({ database }: Spec): Verdict<true> {
  const { memory } = database.embedded.resources.limits;
  if (quantityValue(memory) >= FEWEST_MI * MI) return accept(true);
  const message = `${memory} is too little for PostgreSQL: raise it to ${FEWEST_MI}Mi or more`;
  return refuse(REASONS.InvalidResources, 'spec.database.embedded.resources.limits.memory', message);
}
