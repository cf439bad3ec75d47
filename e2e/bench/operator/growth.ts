/** What the operator costs as the fleet grows: memory, CPU, time, requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../../cluster/progress.ts';
import type { OperatorProcess } from '../../control-plane/operator-process.ts';
import { OPERATOR_USER } from '../../control-plane/operator-rights.ts';
import { atMost, told, type Measure } from '../report/measure.ts';
import { writesIn } from './accounts.ts';
import { range, writePlatforms } from './fleet.ts';
import type { Options } from './options.ts';
import { openWorld, untilLeading, whileRunning, type World } from './world.ts';

/** Each a decade; the last is the fleet that the bars are about. */
const STEPS = [1, 10, 100, 1_000];
const LIMIT_MIB = 200;
const TIMEOUT_MS = 20 * 60_000;
/** What the last platforms' becoming ready set off is over. */
const SETTLE_MS = 10_000;

/** Names of the figures of one size, by which the report finds them again. */
export const GROWTH = {
  memory: 'resident memory',
  seconds: 'time until the added ones were converged',
  cpu: 'CPU for each one added',
  writes: 'writes for each one added',
} as const;

export const growthName = (what: keyof typeof GROWTH, platforms: number): string =>
  `${platforms} platforms, grown: ${GROWTH[what]}`;

interface Size {
  readonly platforms: number;
  readonly memoryMib: number;
  readonly seconds: number;
  readonly cpuMs: number;
  readonly writes: number;
}

/** @returns the cost at each size, in one control plane with one operator that was never restarted. */
export async function measureGrowth(options: Options): Promise<Measure[]> {
  const sizes = [...new Set([...STEPS.filter((size) => size < options.platforms), options.platforms])];
  return step(`Growth to ${sizes.join(', ')} platforms`, async (log) => {
    await using world = await openWorld(options, log);
    const operator = await world.start();
    await untilLeading(operator);
    const grown: Size[] = [];
    for (const size of sizes) {
      log(`growing to ${size}`);
      const sizes = { from: grown.at(-1)?.platforms ?? 0, to: size };
      grown.push(await whileRunning(operator, async () => grow(world, operator, sizes)));
    }
    return [...grown.flatMap(measuresOf), ...slopeOf(grown)];
  });
}

async function grow(
  { client, fleet, audit }: World,
  operator: OperatorProcess,
  { from, to }: { from: number; to: number },
): Promise<Size> {
  const mark = await audit.mark();
  const cpuMs = operator.cpuMs();
  const startMs = performance.now();
  await writePlatforms(client, range(from, to));
  const endMs = await fleet.until(to, TIMEOUT_MS);
  await sleep(SETTLE_MS);
  const writes = writesIn(await audit.requests(OPERATOR_USER, mark));
  const added = to - from;
  return {
    platforms: to,
    memoryMib: operator.rssBytes() / 2 ** 20,
    seconds: (endMs - startMs) / 1000,
    cpuMs: (operator.cpuMs() - cpuMs) / added,
    writes: writes.length / added,
  };
}

function measuresOf({ platforms, memoryMib, seconds, cpuMs, writes }: Size): Measure[] {
  const memory = growthName('memory', platforms);
  return [
    platforms >= 1_000 ? atMost(LIMIT_MIB, memory, memoryMib, 'MiB') : told(memory, memoryMib, 'MiB'),
    told(growthName('seconds', platforms), seconds, 's'),
    told(growthName('cpu', platforms), cpuMs, 'ms'),
    told(growthName('writes', platforms), writes, 'requests'),
  ];
}

/** Between the two largest: what a process needs by itself is not in it. */
function slopeOf(grown: readonly Size[]): Measure[] {
  const [smaller, larger] = grown.slice(-2);
  if (smaller === undefined || larger === undefined) return [];
  const kib = ((larger.memoryMib - smaller.memoryMib) * 1024) / (larger.platforms - smaller.platforms);
  return [told('resident memory, slope between the two largest sizes', kib, 'KiB/platform')];
}
