/** The edge's bars: who gets how many requests while pods come and go, what the hop costs, and that neither a flood nor idlers are felt. */
import { setTimeout as sleep } from 'node:timers/promises';
import { step, type Log } from '../../cluster/progress.ts';
import { ApiPod } from '../../suites/edge/api-pod.ts';
import { ask, times } from '../../suites/edge/asking.ts';
import { lead, startEdge, type Edge } from '../../suites/edge/edge.ts';
import { errorsIn, experienceOf } from '../api/experience.ts';
import { inTurn, median } from '../api/in-turn.ts';
import { lessonJob, sizeFor } from '../api/lesson.ts';
import { load } from '../api/load.ts';
import { startPod } from '../api/pod.ts';
import { openSchool, type School } from '../api/scene.ts';
import { atMost, exactly, told, type Measure } from '../report/measure.ts';
import { joinEdge, type EdgeInPod } from './edge-in-pod.ts';
import { disturb, type Disturber } from './disturbing.ts';

export interface EdgeOptions {
  /** Requests for each number of pods. */
  readonly spreadRequests: number;
  /** How often two sides are measured in turn. */
  readonly rounds: number;
  readonly edgeSeconds: number;
}

/** Of a class's lesson: less than a pod is planned for, so that what is measured is not a queue. */
const PER_SECOND = 50;
const HOSTILE_PER_SECOND = 500;
const IDLERS = 1_000;
/** Two of the hop and of each disturber. */
const CLASSES_A_ROUND = 8;
/** Seats for each that joins: every load begins at the first class, so that this one fills before the last. A class that is full refuses. */
const SEATS = 3;
/** A tenth more is what may be felt. */
const FELT = 1.1;

/** @returns the measures of the edge. */
export async function measureEdge(options: EdgeOptions): Promise<Measure[]> {
  return [...(await measureSpread(options)), ...(await measureHop(options))];
}

const PHASES = [
  ['two pods', ['a', 'b']],
  ['two more', ['a', 'b', 'c', 'd']],
  ['one less', ['b', 'c', 'd']],
] as const;
/** How long a pod takes for an answer, milliseconds: with none there would be none under way to tell pods apart by. */
const ANSWER_MS = 20;
const AT_ONCE = 12;

async function measureSpread({ spreadRequests }: EdgeOptions): Promise<Measure[]> {
  return step('Requests per pod, while pods come and go', async (log) => {
    await using opened = new AsyncDisposableStack();
    const edge = opened.use(await startEdge());
    const pods = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => ApiPod.start(name)));
    for (const pod of pods) opened.use(pod);
    const measures: Measure[] = [];
    for (const [phase, names] of PHASES)
      measures.push(
        ...(await spread(edge, {
          phase,
          pods: pods.filter(({ name }) => names.includes(name as never)),
          spreadRequests,
          log,
        })),
      );
    return measures;
  });
}

interface Phase {
  readonly phase: string;
  readonly pods: readonly ApiPod[];
  readonly spreadRequests: number;
  readonly log: Log;
}

async function spread(edge: Edge, { phase, pods, spreadRequests, log }: Phase): Promise<Measure[]> {
  log(phase);
  for (const pod of pods) pod.asked.length = 0;
  await lead(edge, pods);
  // Those that have gone are forgotten by then.
  await sleep(3_000);
  for (const pod of pods) {
    pod.asked.length = 0;
    pod.delayMs = ANSWER_MS;
  }
  const answers = await times(spreadRequests, AT_ONCE, async (index) =>
    // Each address has a budget of its own.
    ask(edge.ports.http, '/v1/x', { from: `127.20.${1 + (index % 200)}.1` }),
  );
  const counts = pods.map(({ count }) => count);
  return [
    ...pods.map(({ name, count }) => told(`${phase}: requests of pod ${name}`, count, 'requests')),
    atMost(1.25, `${phase}: the most beside the fewest`, Math.max(...counts) / Math.min(...counts), 'times'),
    exactly(0, `${phase}: errors`, answers.filter(({ status }) => status !== 200).length, 'requests'),
  ];
}

/** One pod of the API, with the edge in its network: what is asked of either goes the same way but for the hop. */
async function measureHop({ rounds, edgeSeconds }: EdgeOptions): Promise<Measure[]> {
  return step('What the hop costs, and what a flood and idlers cost others', async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    await using edge = await joinEdge(pod);
    const lessons = { perSecond: PER_SECOND, seconds: edgeSeconds };
    const school = await openSchool(pod, sizeFor(PER_SECOND * edgeSeconds * (rounds * CLASSES_A_ROUND + 1) * SEATS));
    const teach = async (port: number) => {
      const { samples } = await load(pod, await lessonJob({ port }, school, lessons));
      const failures = errorsIn(samples);
      if (failures.length > 0) log(failures.join(', '));
      return experienceOf(samples);
    };
    await teach(edge.port);
    log('direct, and by the edge');
    const { ours, theirs } = await inTurn(rounds, {
      ours: async () => teach(edge.port),
      theirs: async () => teach(pod.port),
    });
    const at = (of: typeof ours, which: 'p50' | 'p95'): number => median(of.map((each) => each[which]));
    const hop = [
      told('by the edge: p50', at(ours, 'p50'), 'ms'),
      told('direct: p50', at(theirs, 'p50'), 'ms'),
      told('the hop: p50', at(ours, 'p50') - at(theirs, 'p50'), 'ms'),
      told('the hop: p95', at(ours, 'p95') - at(theirs, 'p95'), 'ms'),
      exactly(
        0,
        'by the edge: errors',
        ours.reduce((sum, { errors }) => sum + errors, 0),
        'requests',
      ),
    ];
    const context = { edge, school, rounds, teach, log };
    return [
      ...hop,
      ...(await felt(context, {
        kind: 'hostile',
        name: `a hostile client at ${HOSTILE_PER_SECOND}/s`,
        perSecond: HOSTILE_PER_SECOND,
      })),
      ...(await felt(context, {
        kind: 'halfOpen',
        name: `${IDLERS} connections with half a request`,
        connections: IDLERS,
      })),
      ...(await felt(context, {
        kind: 'slowReaders',
        name: `${IDLERS} clients that do not read`,
        connections: IDLERS,
      })),
    ];
  });
}

interface Context {
  readonly edge: EdgeInPod;
  readonly school: School;
  readonly rounds: number;
  readonly teach: (port: number) => Promise<ReturnType<typeof experienceOf>>;
  readonly log: Log;
}

/** A class with somebody who disturbs it, and without, in turn. */
async function felt(
  { edge, rounds, teach, log }: Context,
  disturber: Disturber & { readonly name: string },
): Promise<Measure[]> {
  const { name } = disturber;
  log(name);
  let refused = 0;
  let answered = 0;
  let held = Infinity;
  const { ours, theirs } = await inTurn(rounds, {
    ours: async () => {
      await using disturbing = await disturb(edge, disturber);
      const experience = await teach(edge.port);
      const told = await disturbing.said();
      refused += told.refused;
      answered += told.answered;
      held = Math.min(held, told.held);
      return experience;
    },
    theirs: async () => teach(edge.port),
  });
  const p95 = (of: typeof ours): number => median(of.map((each) => each.p95));
  return [
    told(`beside ${name}: p95 of a class`, p95(ours), 'ms'),
    told(`without ${name}: p95 of a class`, p95(theirs), 'ms'),
    atMost(FELT, `beside ${name}: p95, times that without`, p95(ours) / p95(theirs), 'times'),
    exactly(
      0,
      `beside ${name}: errors of a class`,
      ours.reduce((sum, { errors }) => sum + errors, 0),
      'requests',
    ),
    ...(disturber.kind === 'hostile'
      ? [
          told(`${name}: refused by the edge`, refused, 'requests'),
          told(`${name}: answered otherwise`, answered, 'requests'),
        ]
      : [told(`${name}: connections that the edge held at the end of a class, the fewest`, held, 'connections')]),
  ];
}
