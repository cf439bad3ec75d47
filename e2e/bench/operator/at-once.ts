/** Many platforms applied at once, beside the ceiling: how long, how often each object was written, what was refused. */
import { step } from '../../cluster/progress.ts';
import type { Audited } from '../../control-plane/audit.ts';
import { OPERATOR_USER } from '../../control-plane/operator-rights.ts';
import { atMost, exactly, percentile, told, type Measure } from '../report/measure.ts';
import {
  childWritesIn,
  isRejected,
  lastFirstWriteMs,
  mostUnderWay,
  statusWritesIn,
  writesByObject,
  writesIn,
} from './accounts.ts';
import { isLater, type Pace } from './bare-loop.ts';
import { measureCeiling } from './ceiling.ts';
import { converge, type Converged } from './converge.ts';
import { resourceOf } from './kinds.ts';
import type { Options } from './options.ts';

/** The bar: as often as needed, and once more. */
const WRITES_BEYOND_NEED = 1;
const RATIO = 1.4;

interface Round {
  readonly ceiling: Pace;
  readonly operator: Pace;
  /** Until every database, whose volumes Kubernetes binds one after the other, was ready as well. */
  readonly convergedSeconds: number;
  readonly requests: readonly Audited[];
}

/** @returns the figures, and the world of the last round, to go on with. */
export async function measureAtOnce(options: Options): Promise<{ measures: Measure[]; converged: Converged }> {
  const rounds: Round[] = [];
  for (;;) {
    const ceiling = await step('Ceiling: a bare loop', async (log) => measureCeiling(options, log));
    const converged = await step(`${options.platforms} platforms at once`, async (log) => converge(options, log));
    rounds.push({ ceiling, ...(await account(converged)) });
    if (rounds.length >= options.rounds) return { measures: measuresOf(rounds, options), converged };
    await converged[Symbol.asyncDispose]();
  }
}

async function account({
  world,
  writtenMs,
  servingSeconds,
  convergedSeconds,
  cpuSeconds,
}: Converged): Promise<Omit<Round, 'ceiling'>> {
  const requests = await world.audit.requests(OPERATOR_USER, 0);
  const writes = childWritesIn(requests);
  const secondsUntil = (ms: number): number => (ms - writtenMs) / 1000;
  const operator = {
    firstSeconds: secondsUntil(lastFirstWriteMs(writes.filter((write) => !waits(write)))),
    allSeconds: secondsUntil(lastFirstWriteMs(writes)),
    servingSeconds,
    children: writesByObject(writes).size,
    cpuSeconds,
  };
  return { operator, requests, convergedSeconds };
}

const LATER = ['Deployment', 'HorizontalPodAutoscaler'].map((kind) => resourceOf({ kind }));

const waits = ({ resource, name }: Audited): boolean =>
  LATER.some(({ kind, plural }) => plural === resource && isLater(kind, name));

function measuresOf(rounds: readonly Round[], { platforms }: Options): Measure[] {
  const median = (of: (round: Round) => number): number => percentile(rounds.map(of), 0.5);
  const ratio = (of: (pace: Pace) => number): number => median(({ ceiling, operator }) => of(operator) / of(ceiling));
  const last = rounds.at(-1)?.requests ?? [];
  const writes = writesIn(last);
  const perChild = [...writesByObject(childWritesIn(last)).values()];
  const statuses = [...writesByObject(statusWritesIn(last)).values()];
  const name = (what: string): string => `${platforms} platforms at once: ${what}`;
  return [
    told(
      name('children'),
      median(({ operator }) => operator.children),
      'objects',
    ),
    told(
      name('ceiling'),
      median(({ ceiling }) => ceiling.children / ceiling.allSeconds),
      'applies/s',
    ),
    told(
      name('operator'),
      median(({ operator }) => operator.children / operator.allSeconds),
      'applies/s',
    ),
    told(
      name('ceiling, children that wait for nothing'),
      median(({ ceiling }) => ceiling.firstSeconds),
      's',
    ),
    told(
      name('operator, children that wait for nothing'),
      median(({ operator }) => operator.firstSeconds),
      's',
    ),
    // What was begun is finished before the rest is begun, so these two are late on purpose: the end is what counts.
    told(
      name('time ÷ ceiling’s, children that wait for nothing'),
      ratio((pace) => pace.firstSeconds),
      '×',
    ),
    told(
      name('ceiling, every child'),
      median(({ ceiling }) => ceiling.allSeconds),
      's',
    ),
    told(
      name('operator, every child'),
      median(({ operator }) => operator.allSeconds),
      's',
    ),
    told(
      name('time ÷ ceiling’s, every child'),
      ratio((pace) => pace.allSeconds),
      '×',
    ),
    told(
      name('ceiling, every API serves'),
      median(({ ceiling }) => ceiling.servingSeconds),
      's',
    ),
    told(
      name('operator, every API serves and the status tells so'),
      median(({ operator }) => operator.servingSeconds),
      's',
    ),
    atMost(
      RATIO,
      name('time ÷ ceiling’s, converged'),
      ratio((pace) => pace.servingSeconds),
      '×',
    ),
    told(
      name('operator, every volume bound too'),
      median(({ convergedSeconds }) => convergedSeconds),
      's',
    ),
    told(
      name('ceiling, CPU of the loop'),
      median(({ ceiling }) => ceiling.cpuSeconds),
      's',
    ),
    told(
      name('operator, its CPU'),
      median(({ operator }) => operator.cpuSeconds),
      's',
    ),
    exactly(0, name('writes rejected'), writes.filter(isRejected).length, 'writes'),
    atMost(
      WRITES_BEYOND_NEED,
      name('writes of one child beyond the one needed, most'),
      Math.max(...perChild) - 1,
      'writes',
    ),
    told(name('writes a child, mean'), mean(perChild), 'writes'),
    told(name('writes a status, mean'), mean(statuses), 'writes'),
    told(name('requests under way, most'), mostUnderWay(last), 'requests'),
  ];
}

const mean = (sample: readonly number[]): number => sample.reduce((sum, each) => sum + each, 0) / sample.length;
