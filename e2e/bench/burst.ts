/** `npm run bench -- burst`: the bars of the bell, each beside what was measured. */
import { ensureDocker } from '../cluster/docker.ts';
import { buildImages } from '../cluster/images.ts';
import { step } from '../cluster/progress.ts';
import { measureEdge } from './burst/edge.ts';
import { parseOptions, type Options, type Part } from './burst/options.ts';
import type { Bench } from './report/bench.ts';
import type { Measure } from './report/measure.ts';

const PARTS: Readonly<Record<Part, (options: Options) => Promise<Measure[]>>> = { edge: measureEdge };

export const bench: Bench = {
  prepare: (argv) => {
    const options = parseOptions(argv);
    return {
      short: options.short,
      measure: async (record) => {
        await prepareImages();
        for (const part of options.parts) record(await PARTS[part](options));
      },
    };
  },
};

async function prepareImages(): Promise<void> {
  const docker = await step('Docker engine', ensureDocker);
  const images = ['postgres', 'pgbouncer', 'cache', 'api', 'edge'] as const;
  const version = await step('Images of the product', async (log) => buildImages(docker, log, images));
  Object.assign(process.env, docker.env, { HEROES_IMAGE_VERSION: version });
}
