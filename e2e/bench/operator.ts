/** `npm run bench -- operator`: the bars of the operator's runtime, each beside what was measured. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../cluster/layout.ts';
import { step } from '../cluster/progress.ts';
import { measureAtOnce } from './operator/at-once.ts';
import { measureChurn } from './operator/churn.ts';
import { converge, type Converged } from './operator/converge.ts';
import { writeDocument } from './operator/document.ts';
import { measureDrift } from './operator/drift.ts';
import { measureEdits } from './operator/edits.ts';
import { measureGrowth } from './operator/growth.ts';
import { parseOptions, type Options, type Part } from './operator/options.ts';
import { measureQuiet } from './operator/quiet.ts';
import { measureReplicas } from './operator/replicas.ts';
import { measureRestart } from './operator/restart.ts';
import type { Bench } from './report/bench.ts';
import type { Measure } from './report/measure.ts';

type Record = (measures: readonly Measure[]) => void;

export const bench: Bench = {
  prepare: (argv) => {
    const options = parseOptions(argv);
    const { short } = options;
    const page = short ? join(tmpdir(), 'heroes-bench-operator.md') : join(ROOT, 'docs/reference/performance.md');
    return {
      short,
      measure: async (record) => {
        await measureConverged(options, record);
        if (options.parts.includes('growth')) record(await measureGrowth(options));
        if (options.parts.includes('churn')) record(await measureChurn(options));
      },
      publish: (file) => {
        writeDocument(file, page);
      },
    };
  },
};

/** Parts that want the fleet converged, in an order in which none is in the way of the next. */
const ON_CONVERGED: readonly (readonly [Part, (converged: Converged, options: Options) => Promise<Measure[]>])[] = [
  ['quiet', measureQuiet],
  ['restart', measureRestart],
  ['edits', async ({ world }, options) => measureEdits(world, options)],
  ['drift', async ({ world }, options) => measureDrift(world, options)],
  ['replicas', measureReplicas],
];

async function measureConverged(options: Options, record: Record): Promise<void> {
  const { parts } = options;
  const wanted = ON_CONVERGED.filter(([part]) => parts.includes(part));
  if (wanted.length === 0 && !parts.includes('at-once')) return;
  await using converged = await start(options, record);
  for (const [, measure] of wanted) record(await measure(converged, options));
}

async function start(options: Options, record: Record): Promise<Converged> {
  if (!options.parts.includes('at-once'))
    return step(`${options.platforms} platforms to go on with`, async (log) => converge(options, log));
  const { measures, converged } = await measureAtOnce(options);
  record(measures);
  return converged;
}
