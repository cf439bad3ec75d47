/**
 * Half an hour of everything that happens to an operator: platforms made, edited and deleted, watches cut, the API server
 * restarted. The fleet is as large at the end as at the beginning, so what has grown has leaked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { step, type Log } from '../../cluster/progress.ts';
import { Gate } from '../../control-plane/gate.ts';
import type { OperatorProcess } from '../../control-plane/operator-process.ts';
import { atMost, told, type Measure } from '../report/measure.ts';
import { NAME, namespaceOf, range, spread, writePlatforms } from './fleet.ts';
import { PLATFORM } from './kinds.ts';
import type { Options } from './options.ts';
import { openWorld, untilLeading, whileRunning, type World } from './world.ts';

/** An API server of a busy machine is away for a minute at times, and after faults the delays of all controllers have grown. */
const TIMEOUT_MS = 10 * 60_000;
/** Between two changes. */
const BEAT_MS = 250;
const CUT_EVERY_MS = 30_000;
/** Not oftener: the controllers' own delays after faults would grow until they are what is waited for. */
const RESTART_EVERY_MS = 5 * 60_000;
/** Of the whole time: five minutes of thirty. */
const FIRST_SAMPLE = 1 / 6;
/** Before a sample, so that it is taken at rest: all are converged, and connections that nobody needs are closed. */
const REST_MS = 45_000;

/**
 * There is one API server here, and it is away for as long as it takes to start; those of a control plane of three are restarted one
 * by one. The process must outlive that, to be looked at in the end.
 */
const LEASE_SECONDS = 300;

const HEAP_GROWTH = 1.1;
/** A connection or timer more or less is chance; one for each cut or restart is a leak. */
const SLACK = 3;

/** @returns what the operator held after the first minutes and at the end, and that it was the same process. */
export async function measureChurn(options: Options): Promise<Measure[]> {
  const { churnMinutes, churnPlatforms } = options;
  return step(`${churnMinutes} minutes of churn among ${churnPlatforms} platforms`, async (log) => {
    await using world = await openWorld({ ...options, platforms: churnPlatforms + 1 }, log);
    await using gate = await Gate.open(world.controlPlane);
    const operator = await world.start({
      server: gate.url,
      inspect: true,
      settings: { LEASE_DURATION_SECONDS: String(LEASE_SECONDS) },
    });
    await untilLeading(operator);
    return await whileRunning(operator, async () => {
      await writePlatforms(world.client, range(0, churnPlatforms));
      await world.fleet.until(churnPlatforms, TIMEOUT_MS);
      const totalMs = churnMinutes * 60_000;
      const churn = new Churn({ world, gate, platforms: churnPlatforms, log });
      await churn.run(totalMs * FIRST_SAMPLE);
      log('at rest, to be looked at');
      const before = await sampleAtRest(world, operator, churnPlatforms);
      await churn.run(totalMs * (1 - FIRST_SAMPLE));
      log('at rest, to be looked at');
      const after = await sampleAtRest(world, operator, churnPlatforms);
      return measuresOf({ before, after, churn });
    });
  });
}

interface Sample {
  readonly heapMib: number;
  readonly sockets: number;
  readonly timers: number;
}

async function sampleAtRest({ fleet }: World, operator: OperatorProcess, platforms: number): Promise<Sample> {
  await fleet.until(platforms, TIMEOUT_MS);
  await sleep(REST_MS);
  const heapMib = (await operator.heapAfterGc()) / 2 ** 20;
  const metrics = await operator.metrics();
  const active = (type: string): number => metrics.value('nodejs_active_resources', { type }) ?? 0;
  return { heapMib, sockets: active('TCPSocketWrap'), timers: active('Timeout') };
}

interface Compared {
  readonly before: Sample;
  readonly after: Sample;
  readonly churn: Churn;
}

function measuresOf({ before, after, churn }: Compared): Measure[] {
  const { changes, cuts, restarts, longestRestartSeconds } = churn.done;
  const name = (what: string): string => `churn: ${what}`;
  return [
    told(name('platforms made, edited and deleted'), changes, 'changes'),
    told(name('watches cut'), cuts, 'watches'),
    told(name('restarts of the API server'), restarts, 'restarts'),
    told(name('longest time that the API server was away'), longestRestartSeconds, 's'),
    told(name('heap after the first minutes'), before.heapMib, 'MiB'),
    told(name('heap at the end'), after.heapMib, 'MiB'),
    atMost(HEAP_GROWTH, name('heap at the end ÷ after the first minutes'), after.heapMib / before.heapMib, '×'),
    told(name('sockets at the end'), after.sockets, 'sockets'),
    atMost(SLACK, name('sockets more than after the first minutes'), after.sockets - before.sockets, 'sockets'),
    told(name('timers at the end'), after.timers, 'timers'),
    atMost(SLACK, name('timers more than after the first minutes'), after.timers - before.timers, 'timers'),
  ];
}

interface ChurnOptions {
  readonly world: World;
  readonly gate: Gate;
  /** How many there are at any time; there is a namespace more, for the next to be made. */
  readonly platforms: number;
  readonly log: Log;
}

/** What happens, by turns. */
class Churn {
  readonly done = { changes: 0, cuts: 0, restarts: 0, longestRestartSeconds: 0 };
  readonly #options: ChurnOptions;
  /** Index of the namespace that has no platform. */
  #empty: number;
  #cutMs = performance.now();
  #restartMs = performance.now();

  constructor(options: ChurnOptions) {
    this.#options = options;
    this.#empty = options.platforms;
  }

  async run(forMs: number): Promise<void> {
    const endMs = performance.now() + forMs;
    while (performance.now() < endMs) {
      await this.#break();
      await this.#change();
      const { changes, cuts, restarts } = this.done;
      this.#options.log(`${changes} changes, ${cuts} watches cut, ${restarts} restarts of the API server`);
      await sleep(BEAT_MS);
    }
  }

  async #break(): Promise<void> {
    const { world, gate } = this.#options;
    const nowMs = performance.now();
    if (nowMs - this.#cutMs > CUT_EVERY_MS) {
      this.#cutMs = nowMs;
      this.done.cuts += gate.cutWatches();
    }
    if (nowMs - this.#restartMs > RESTART_EVERY_MS) {
      this.#restartMs = nowMs;
      this.done.restarts += 1;
      await world.controlPlane.restartApiserver(this.done.restarts % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      const tookSeconds = (performance.now() - nowMs) / 1000;
      this.done.longestRestartSeconds = Math.max(this.done.longestRestartSeconds, tookSeconds);
    }
  }

  /** Two are edited, then one is deleted and the one that is missing made. */
  async #change(): Promise<void> {
    const { world, platforms } = this.#options;
    const { client } = world;
    this.done.changes += 1;
    const index = spread(this.done.changes, platforms + 1);
    if (index === this.#empty) return;
    const { apiVersion, kind } = PLATFORM;
    const metadata = { name: NAME, namespace: namespaceOf(index) };
    if (this.done.changes % 3 === 0) {
      await client.remove(PLATFORM, { metadata });
      await writePlatforms(client, [this.#empty]);
      this.#empty = index;
    } else {
      const ruleLabels = { change: String(this.done.changes) };
      await client.merge(PLATFORM, { apiVersion, kind, metadata, spec: { observability: { ruleLabels } } });
    }
  }
}
