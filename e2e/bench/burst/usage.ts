/** What the machine's cores are used for while something goes on: the load, the way to it, and the node with all that runs on it. */
import { cpus } from 'node:os';
import { relaysOf } from '../../cluster/network.ts';
import { runningPid } from '../../cluster/processes.ts';
import { cpuMs } from '../../control-plane/process-facts.ts';

export interface Usage {
  /** All in cores. Of the processes that join the node's network to loopback. */
  readonly relays: number;
  /** Of this process, which watches. */
  readonly watching: number;
  /** Of everything on the machine, these and the load among it. */
  readonly all: number;
}

/** @returns what tells, when it is called, what was used since. */
export function usageFrom(): () => Usage {
  const before = reading();
  return () => {
    const after = reading();
    const cores = (of: (each: Reading) => number): number => (of(after) - of(before)) / (after.atMs - before.atMs);
    return {
      relays: cores((each) => each.relaysMs),
      watching: cores((each) => each.ownMs),
      all: cores((each) => each.busyMs),
    };
  };
}

interface Reading {
  readonly atMs: number;
  readonly relaysMs: number;
  readonly ownMs: number;
  readonly busyMs: number;
}

function reading(): Reading {
  const relays = (['bench', 'benchDatabase'] as const).flatMap((name) =>
    relaysOf(name).map((relay) => runningPid(relay)),
  );
  return {
    atMs: performance.now(),
    relaysMs: relays.reduce<number>((sum, pid) => sum + (pid === undefined ? 0 : cpuMs(pid)), 0),
    ownMs: cpuMs(process.pid),
    busyMs: cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0),
  };
}
