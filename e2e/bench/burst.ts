/** `npm run bench -- burst`: the bars of the bell, each beside what was measured. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../cluster/layout.ts';
import { measureBell } from './burst/bell.ts';
import { measureBudget } from './burst/budget.ts';
import { measureClasses } from './burst/classes.ts';
import { writeDocument } from './burst/document.ts';
import { parseOptions, type How, type Options, type Part } from './burst/options.ts';
import { openWorld, type World } from './burst/world.ts';
import type { Bench } from './report/bench.ts';

/** Parts that want the embedded cluster, each with a district of its own, so that none finds what another has left. */
const ON_CLUSTER: readonly (readonly [Part, (world: World, how: How) => Promise<void>])[] = [
  ['bell', measureBell],
  ['classes', measureClasses],
  ['budget', measureBudget],
];

export const bench: Bench = {
  prepare: (argv) => {
    const options = parseOptions(argv);
    const { short } = options;
    const page = short ? join(tmpdir(), 'heroes-bench-burst.md') : join(ROOT, 'docs/reference/burst-performance.md');
    return {
      short,
      measure: async (record) => {
        await measureOnCluster(options, record);
      },
      publish: (file) => {
        writeDocument(file, page);
      },
    };
  },
};

async function measureOnCluster(options: Options, record: How['record']): Promise<void> {
  const wanted = ON_CLUSTER.filter(([part]) => options.parts.includes(part));
  if (wanted.length === 0) return;
  await using world = await openWorld();
  for (const [, measure] of wanted) await measure(world, { options, record });
}
