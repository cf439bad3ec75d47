/** `npm run bench -- api`: the bars of the API, each beside what was measured. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDocker } from '../cluster/docker.ts';
import { buildImages } from '../cluster/images.ts';
import { ROOT } from '../cluster/layout.ts';
import { step } from '../cluster/progress.ts';
import { measureBell } from './api/bell.ts';
import { measureCounts } from './api/counts.ts';
import { writeDocument } from './api/document.ts';
import { measureFailures } from './api/failures.ts';
import { measureKnee } from './api/knee.ts';
import { measureLesson } from './api/lesson.ts';
import { measureMemory } from './api/memory.ts';
import { parseOptions, type Options, type Part } from './api/options.ts';
import { measureRatios } from './api/ratios.ts';
import { measureWarm } from './api/warm.ts';
import type { Bench } from './report/bench.ts';
import type { Measure } from './report/measure.ts';

/** Each with a pod of its own, so that none finds what another has left. */
const PARTS: Readonly<Record<Part, (options: Options) => Promise<Measure[]>>> = {
  ratios: measureRatios,
  warm: measureWarm,
  bell: measureBell,
  lesson: measureLesson,
  knee: measureKnee,
  memory: measureMemory,
  failures: measureFailures,
  counts: measureCounts,
};

export const bench: Bench = {
  prepare: (argv) => {
    const options = parseOptions(argv);
    const { short } = options;
    const page = short ? join(tmpdir(), 'heroes-bench-api.md') : join(ROOT, 'docs/reference/api-performance.md');
    return {
      short,
      measure: async (record) => {
        await prepareImages();
        for (const part of options.parts) record(await PARTS[part](options));
      },
      publish: (file) => {
        writeDocument(file, page);
      },
    };
  },
};

async function prepareImages(): Promise<void> {
  const docker = await step('Docker engine', ensureDocker);
  const images = ['postgres', 'pgbouncer', 'cache', 'api'] as const;
  const version = await step('Images of the product', async (log) => buildImages(docker, log, images));
  Object.assign(process.env, docker.env, { HEROES_IMAGE_VERSION: version });
}
