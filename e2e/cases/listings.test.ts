/**
 * The floor of real and of odd calendars, as the command lists it. What is kept here was worked out by hand from the calendars and
 * from design.md, "The floor": bells less leadTime, ends plus holdAfter, gaps under mergeGapsUnder bridged, students summed over
 * calendars, divided by studentsPerReplica, rounded up, and held within the replicas.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { $ } from 'zx';
import { ROOT } from '../cluster/layout.ts';

const CASES = [
  // Three schools that begin and eat apart; the clock is set back on 7 November.
  ['grand-bend', 'charts/heroes-district/examples/grand-bend.yaml', '2021-11-04', '2021-11-10'],
  // Christmas holidays between two terms, and an instructional day that is one anyway.
  ['grand-bend-winter', 'charts/heroes-district/examples/grand-bend.yaml', '2021-12-16', '2022-01-06'],
  // Homeroom on Wednesday, an election without school, and the clock set back on 6 November.
  ['hamilton-autumn', 'e2e/cases/hamilton/platform.yaml', '2016-11-04', '2016-11-12'],
  // A morning that begins two hours later.
  ['hamilton-snow', 'e2e/cases/hamilton/platform.yaml', '2017-01-06', '2017-01-12'],
  // A workday of teachers, and the clock set forward on 12 March.
  ['hamilton-spring', 'e2e/cases/hamilton/platform.yaml', '2017-03-09', '2017-03-15'],
  ['wellington', 'e2e/cases/own/wellington.yaml', '2026-04-01', '2026-04-22'],
  ['kathmandu', 'e2e/cases/own/kathmandu.yaml', '2026-10-15', '2026-10-21'],
  ['casablanca', 'e2e/cases/own/casablanca.yaml', '2026-02-13', '2026-02-24'],
] as const;

it.each(CASES)('lists %s as it was worked out', async (name, file, from, to) => {
  const command = [join(ROOT, 'operator/src/cli/kubectl-heroes.ts'), 'schedule', '-f', join(ROOT, file)];
  const { exitCode, stdout } = await $({ nothrow: true, quiet: true })`node ${command} --from ${from} --to ${to}`;
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`listings/${name}.txt`);
});
