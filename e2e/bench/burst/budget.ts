/** The connection budget: `replicas.max` raised until it is refused; and with the largest that is not, all pods at work, and replaced at work. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, step, type Log } from '../../cluster/progress.ts';
import { ApiError } from '@heroes/operator/kube/errors.ts';
import { errorsIn, experienceOf } from '../api/experience.ts';
import type { School } from '../api/scene.ts';
import { exactly, told, type Measure } from '../report/measure.ts';
import { openDistrict, type District } from './district.ts';
import type { How } from './options.ts';
import { morningZone } from './school-day.ts';
import { specOf } from './shape.ts';
import { most } from './standing.ts';
import { connectionMeasures } from './strike.ts';
import { drive, dueIn, openSchoolFor } from './traffic.ts';
import type { World } from './world.ts';

/** So small that the pods that it is enough for fit on a machine with two cores; as large as they are, they do the same. */
const MAX_CONNECTIONS = 32;
const POOL = 20;
const STEADY = 5;
const PER_SECOND = 100;
/** Many more than it is enough for. */
const MOST_REPLICAS = 20;
const STAND_MS = 5 * 60_000;
/** For which a load lasts at most: raising takes a few seconds each time, replacing all pods some minutes. */
const PATIENCE_SECONDS = 900;

interface Scene {
  readonly district: District;
  readonly school: School;
  readonly timeZone: string;
  readonly log: Log;
}

/** Measures what the budget takes, refuses and holds. */
export async function measureBudget(world: World, { options, record }: How): Promise<void> {
  const { budgetSeconds } = options;
  const timeZone = morningZone(Date.now());
  await step(`A budget of ${MAX_CONNECTIONS} connections`, async (log) => {
    const spec = specOf({ timeZone, replicas: { min: 1, max: 1 }, maxConnections: MAX_CONNECTIONS });
    await using district = await openDistrict(world, { namespace: 'bench-budget', spec, log });
    log('opening a school');
    const requests = STEADY * PATIENCE_SECONDS + PER_SECOND * (budgetSeconds + PATIENCE_SECONDS);
    const school = await openSchoolFor(district, requests);
    const scene = { district, school, timeZone, log };
    const { raised, measures } = await raise(scene);
    record(measures);
    record(await atWork(scene, raised, budgetSeconds));
  });
}

const shape = (
  { timeZone }: Pick<Scene, 'timeZone'>,
  replicas: { min: number; max: number },
  databasePoolSize = POOL,
) => specOf({ timeZone, replicas, maxConnections: MAX_CONNECTIONS, databasePoolSize });

interface Raised {
  /** The largest that was not refused. */
  readonly raised: number;
  readonly measures: readonly Measure[];
}

/** Raises it one by one, while a few go on asking. */
async function raise(scene: Scene): Promise<Raised> {
  const { district, school, log } = scene;
  using running = await drive({ district, school, due: dueIn([steadily(STEADY)]) });
  let raised = 1;
  let refusal: string | undefined;
  while (refusal === undefined && raised < MOST_REPLICAS) {
    log(`max ${raised + 1}`);
    refusal = await refusalOf(scene, raised + 1);
    if (refusal === undefined) raised += 1;
  }
  await district.apply(shape(scene, { min: 1, max: raised }));
  await district.ready(log);
  running.stop();
  const { samples } = await running.result;
  const { errors, requests } = experienceOf(samples);
  if (errors > 0) log(errorsIn(samples).join(', '));
  const name = (what: string): string => `budget of ${MAX_CONNECTIONS} connections: ${what}`;
  const refused = `replicas.max ${raised + 1} is refused: ${refusal ?? 'it is not'}`;
  return {
    raised,
    measures: [
      told(name('largest replicas.max that is taken'), raised, 'pods'),
      exactly(1, name(refused), refusal === undefined ? 0 : 1, 'time'),
      exactly(0, name('requests that failed while it was raised and refused'), errors, `of ${requests}`),
    ],
  };
}

/** @returns in which words it is refused, at admission or by the operator; undefined when it is taken. */
async function refusalOf(scene: Scene, max: number): Promise<string | undefined> {
  const { district } = scene;
  try {
    await district.apply(shape(scene, { min: 1, max }));
  } catch (error) {
    if (error instanceof ApiError) return messageOf(error);
    throw error;
  }
  const { conditions = [] } = await district.status();
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.reason === 'ConnectionBudgetExceeded' ? ready.message : undefined;
}

/** All pods at work; and once more while each is replaced, so that as many old ones may be at work beside the new ones. */
async function atWork(scene: Scene, pods: number, seconds: number): Promise<Measure[]> {
  const { district, log } = scene;
  const replicas = { min: pods, max: pods };
  log(`${pods} pods`);
  await district.apply(shape(scene, replicas));
  await district.watch.until(({ ready }) => ready === pods, STAND_MS);
  log(`${pods} pods at work`);
  const working = await work(scene, `${pods} pods at work`, async () => sleep(seconds * 1000));
  log('replacing them at work');
  const replaced = await work(scene, `${pods} pods replaced at work`, async () => {
    await district.apply(shape(scene, replicas, POOL - 1));
    await district.status();
    await district.ready(log);
  });
  return [...working, ...replaced];
}

/** Sends requests for as long as something takes. @returns what became of them, and of the connections meanwhile. */
async function work(
  { district, school, log }: Scene,
  title: string,
  meanwhile: () => Promise<unknown>,
): Promise<Measure[]> {
  using running = await drive({ district, school, due: dueIn([steadily(PER_SECOND)]) });
  const fromMs = Date.now();
  await meanwhile();
  running.stop();
  const { samples } = await running.result;
  const { requests, errors, p95 } = experienceOf(samples);
  if (errors > 0) log(errorsIn(samples).join(', '));
  const span = { fromMs, toMs: Date.now() };
  const name = (what: string): string => `budget of ${MAX_CONNECTIONS} connections, ${title}: ${what}`;
  return [
    ...(await connectionMeasures(name, { district, connections: await district.connections.since(fromMs) })),
    exactly(0, name('requests that failed'), errors, `of ${requests}`),
    told(name('p95'), p95, 'ms'),
    told(name('most pods, old and new'), most(district.watch.moments, span, 'pods'), 'pods'),
  ];
}

const steadily = (perSecond: number) => ({ perSecond, fromSeconds: 0, seconds: PATIENCE_SECONDS });
