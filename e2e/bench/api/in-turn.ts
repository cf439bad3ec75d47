/** Two sides of a ratio, measured in turn, so that a machine that is slower for a while is so for both. */
import { percentile } from '../report/measure.ts';

export interface Sides<A, B> {
  readonly ours: () => Promise<A>;
  readonly theirs: () => Promise<B>;
}

export interface Measured<A, B> {
  readonly ours: readonly A[];
  readonly theirs: readonly B[];
}

/** @returns what both sides gave, round by round; who comes first changes, since whoever comes second finds a machine that is warm. */
export async function inTurn<A, B>(rounds: number, sides: Sides<A, B>): Promise<Measured<A, B>> {
  const [ours, theirs]: [A[], B[]] = [[], []];
  const turns = [async () => ours.push(await sides.ours()), async () => theirs.push(await sides.theirs())];
  for (let round = 0; round < rounds; round += 1)
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  return { ours, theirs };
}

/** @returns the middle one; of an even number the lesser of the two. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);
