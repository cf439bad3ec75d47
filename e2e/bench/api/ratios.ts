/** What the API makes of a machine, beside what can be made of it: each ratio's two sides in turn, with the same load. */
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { step, type Log } from '../../cluster/progress.ts';
import type { Statement } from '../../suites/api/across/statements.ts';
import { image } from '../../suites/containers.ts';
import { atLeast, told, type Measure } from '../report/measure.ts';
import type { Asked, Struck } from './hammer.ts';
import { hear } from './heard.ts';
import { inTurn, median } from './in-turn.ts';
import { load } from './load.ts';
import type { Options } from './options.ts';
import { MOST_SCRIPTS, pgbench } from './pgbench.ts';
import { apiQuota, pidOf, startPod, type Pod } from './pod.ts';
import { openSchool, type Scene } from './scene.ts';

const BARS = { lesson: 0.75, read: 0.5, write: 0.5 } as const;
/** Enough that each is asked for less often than the rate for one allows. */
const STUDENTS = 1_500;
const CONNECTIONS = 32;
/** The pod's PgBouncer takes 30: the API's pool has 20 of them. It hands 7 on to PostgreSQL. */
const CLIENTS = 10;
const BARE_PORT = 8081;

interface World {
  readonly pod: Pod;
  /** A container in the pod that has pgbench. */
  readonly tools: StartedTestContainer;
  readonly scene: Scene;
  readonly options: Options;
  readonly log: Log;
}

/** @returns the three ratios, each with what it is made of. */
export async function measureRatios(options: Options): Promise<Measure[]> {
  return step('Ratios: the API beside what it stands on', async (log) => {
    log('starting a pod');
    await using pod = await startPod();
    const school = await openSchool(pod, { students: STUDENTS, joins: 0 });
    const tools = await pod.join(new GenericContainer(image('postgres')).withEntrypoint(['sleep', 'infinity']));
    const world = { pod, tools, scene: await school.scene(), options, log };
    return [...(await lessonRatio(world)), ...(await readRatio(world)), ...(await writeRatio(world))];
  });
}

async function lessonRatio(world: World): Promise<Measure[]> {
  const { pod, scene, options, log } = world;
  const asked: Asked = { method: 'GET', path: `/v1/lessons/${scene.lessons[0]?.id ?? ''}` };
  const bare = await startBare(pod, await bodyOf(pod, asked.path));
  const apiPid = await pidOf(pod.api);
  const barePid = await pidOf(bare);
  log('a cached lesson, and a bare route');
  const { ours, theirs } = await inTurn(options.rounds, {
    ours: async () => strike(world, { asked: [asked], port: pod.port, serverPid: apiPid }),
    theirs: async () => strike(world, { asked: [{ method: 'GET', path: '/' }], port: BARE_PORT, serverPid: barePid }),
  });
  await bare.stop();
  const of = (sides: readonly Struck[], what: (struck: Struck) => number): number => median(sides.map(what));
  const name = (what: string): string => `cached lesson: ${what}`;
  return [
    atLeast(BARS.lesson, name('requests/s ÷ bare Fastify'), of(ours, rate) / of(theirs, rate), ''),
    atLeast(BARS.lesson, name('requests per CPU second ÷ bare Fastify'), of(ours, perCpu) / of(theirs, perCpu), ''),
    told(name('requests/s'), of(ours, rate), 'requests/s'),
    told(name('bare Fastify, requests/s'), of(theirs, rate), 'requests/s'),
    told(name('CPU'), 1e6 / of(ours, perCpu), 'µs/request'),
    told(name('bare Fastify, CPU'), 1e6 / of(theirs, perCpu), 'µs/request'),
    told(
      name('cores that the API used'),
      of(ours, ({ serverCores }) => serverCores),
      'cores',
    ),
    told(
      name('cores that the bare Fastify used'),
      of(theirs, ({ serverCores }) => serverCores),
      'cores',
    ),
    told(
      name('cores that the load used beside it'),
      of(ours, ({ ownCores }) => ownCores),
      'cores',
    ),
  ];
}

const rate = ({ perSecond }: Struck): number => perSecond;
const perCpu = ({ perSecond, serverCores }: Struck): number => perSecond / serverCores;

async function bodyOf({ api }: Pod, path: string): Promise<string> {
  const script = `process.stdout.write(await (await fetch('http://127.0.0.1:8080${path}')).text())`;
  const { exitCode, stdout } = await api.exec(['node', '--input-type=module', '--eval', script]);
  if (exitCode !== 0) throw new Error(`the API does not give ${path}`);
  return stdout;
}

/** In the pod, with the limits of the API's container. */
const startBare = async (pod: Pod, body: string): Promise<StartedTestContainer> =>
  pod.join(
    new GenericContainer(image('api'))
      .withResourcesQuota(apiQuota())
      .withCopyContentToContainer([
        { content: readFileSync(join(import.meta.dirname, 'bare-server.ts'), 'utf8'), target: '/app/bare-server.ts' },
        { content: body, target: '/app/body.json' },
      ])
      .withEntrypoint(['node', '/app/bare-server.ts', '/app/body.json', String(BARE_PORT)])
      .withWaitStrategy(Wait.forLogMessage(/listening/)),
  );

interface Target {
  readonly asked: readonly Asked[];
  readonly port: number;
  readonly serverPid: number;
}

async function strike({ pod, options }: World, what: Target): Promise<Struck> {
  const job = { kind: 'hammer', connections: CONNECTIONS, seconds: options.ratioSeconds, ...what } as const;
  const struck = await load(pod, job);
  if (struck.refused === 0) return struck;
  throw new Error(`${struck.refused} requests as ${what.asked[0]?.path ?? ''} were refused`);
}

async function readRatio(world: World): Promise<Measure[]> {
  const asked = world.scene.students.map(({ token }): Asked => ({ method: 'GET', path: '/v1/me', token }));
  const transactions = await heard(world, asked);
  const { ours, theirs } = await besidePgbench(world, { asked, transactions });
  const alone = await pgbenchIn(
    world,
    transactions.map((statements) => statements.filter(({ values }) => values.length > 0)),
  );
  const name = (what: string): string => `single row read through PgBouncer: ${what}`;
  return [
    atLeast(BARS.read, name('requests/s ÷ pgbench with the same transaction'), ours / theirs, ''),
    told(name('requests/s'), ours, 'requests/s'),
    told(name('pgbench'), theirs, 'transactions/s'),
    told(name('pgbench with the statement alone, which finds no row'), alone, 'statements/s'),
  ];
}

async function writeRatio(world: World): Promise<Measure[]> {
  const { scene } = world;
  const path = `/v1/me/progress/${scene.lessons[0]?.id ?? ''}`;
  const asked = scene.students.map(({ token }): Asked => ({ method: 'PUT', path, token, body: { step: 1 } }));
  const transactions = await heard(world, asked);
  const { ours, theirs } = await besidePgbench(world, { asked, transactions });
  const name = (what: string): string => `progress write: ${what}`;
  return [
    atLeast(BARS.write, name('requests/s ÷ pgbench with the same transaction'), ours / theirs, ''),
    told(name('requests/s'), ours, 'requests/s'),
    told(name('pgbench'), theirs, 'transactions/s'),
  ];
}

const heard = async ({ pod, log }: World, asked: readonly Asked[]): Promise<Statement[][]> => {
  log(`hearing what the API says at ${asked[0]?.path ?? ''}`);
  return hear(pod, asked.slice(0, MOST_SCRIPTS));
};

interface Both {
  readonly asked: readonly Asked[];
  readonly transactions: readonly (readonly Statement[])[];
}

async function besidePgbench(world: World, { asked, transactions }: Both): Promise<{ ours: number; theirs: number }> {
  const { pod, options, log } = world;
  const serverPid = await pidOf(pod.api);
  log(`${asked[0]?.path ?? ''}, and pgbench`);
  const { ours, theirs } = await inTurn(options.rounds, {
    ours: async () => strike(world, { asked, port: pod.port, serverPid }),
    theirs: async () => pgbenchIn(world, transactions),
  });
  return { ours: median(ours.map(rate)), theirs: median(theirs) };
}

const pgbenchIn = async ({ tools, options }: World, scripts: Both['transactions']): Promise<number> =>
  pgbench(tools, { scripts, clients: CLIENTS, seconds: options.ratioSeconds });
