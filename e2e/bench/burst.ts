/** `npm run bench -- burst`: the bars of the bell, each beside what was measured. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDocker } from '../cluster/docker.ts';
import { buildImages } from '../cluster/images.ts';
import { ROOT } from '../cluster/layout.ts';
import { step } from '../cluster/progress.ts';
import { measureBell } from './burst/bell.ts';
import { measureBudget } from './burst/budget.ts';
import { measureCalendar } from './burst/calendar.ts';
import { measureClasses } from './burst/classes.ts';
import { writeDocument } from './burst/document.ts';
import { measureEdge } from './burst/edge.ts';
import { parseOptions, type How, type Part } from './burst/options.ts';
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
    const { short, parts } = options;
    const page = short ? join(tmpdir(), 'heroes-bench-burst.md') : join(ROOT, 'docs/reference/burst-performance.md');
    return {
      short,
      measure: async (record) => {
        const how = { options, record };
        if (parts.includes('calendar')) record(await measureCalendar(options));
        if (parts.includes('edge')) await inContainers(how);
        await onCluster(how);
      },
      publish: (file) => {
        writeDocument(file, page);
      },
    };
  },
};

async function inContainers({ options, record }: How): Promise<void> {
  const docker = await step('Docker engine', ensureDocker);
  const images = ['postgres', 'pgbouncer', 'cache', 'api', 'edge'] as const;
  const version = await step('Images of the product', async (log) => buildImages(docker, log, images));
  Object.assign(process.env, docker.env, { HEROES_IMAGE_VERSION: version });
  const measures = await measureEdge(options);
  record(measures.map((measure) => ({ ...measure, name: `edge, ${measure.name}` })));
}

async function onCluster(how: How): Promise<void> {
  const wanted = ON_CLUSTER.filter(([part]) => how.options.parts.includes(part));
  if (wanted.length === 0) return;
  await using world = await openWorld();
  for (const [, measure] of wanted) await measure(world, how);
}
