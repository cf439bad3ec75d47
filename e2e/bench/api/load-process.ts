/**
 * A process of its own that makes the load, so that its cost can be told apart. It runs in the network of the pod (load.ts) and asks at
 * that loopback. Told by a message what to do, and by another to come to an end; answers when it has begun, and with what it found.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from '../../control-plane/process-facts.ts';
import { drive, dueTimes, type Outcome, type Sample } from './arrivals.ts';
import { hammer, requestBytes, type Asked, type Struck } from './hammer.ts';
import { bellCalls, inTurnCalls, joinCalls, lessonCalls, type Call, type Written } from './lesson-mix.ts';
import type { Scene } from './scene.ts';
import { Sender } from './sender.ts';

export interface HammerJob {
  readonly kind: 'hammer';
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly asked: readonly Asked[];
  readonly serverPid: number;
}

export interface DriveJob {
  readonly kind: 'drive';
  readonly port: number;
  /** Milliseconds from the start, ascending. */
  readonly due: readonly number[];
  readonly scene: Scene;
  readonly calls: keyof typeof CALLS;
  /** When it begins, epoch milliseconds; at once unless given. */
  readonly atMs?: number;
  /** Whether writes are sent again, once all is over, until it is known that they are done. */
  readonly settles: boolean;
  /** Whether the load has been at it for a while when it begins, so that what is slow at first is not its own. */
  readonly practises?: boolean;
}

export interface Driven {
  readonly samples: readonly Sample[];
  /** What was acknowledged, and how much there was to acknowledge. */
  readonly written: readonly Written[];
  readonly writes: number;
  /** Of how many cores this process used all that there is. */
  readonly ownCores: number;
}

export type Job = HammerJob | DriveJob;
export type Told = Job | { readonly kind: 'stop' };
export type Said = { readonly began: true } | { readonly result: Struck | Driven };

const HOST = '127.0.0.1';

const CALLS = {
  lesson: lessonCalls,
  joins: joinCalls,
  bell: bellCalls,
  inTurn: inTurnCalls,
} as const satisfies Readonly<Record<string, (scene: Scene) => () => Call>>;

const say = async (said: Said): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(said, undefined, undefined, () => {
      resolve();
    });
  });

async function work(job: Job, signal: AbortSignal): Promise<Struck | Driven> {
  if (job.kind === 'drive') return driven(job, signal);
  await say({ began: true });
  const { asked, ...how } = job;
  return hammer({ ...how, host: HOST, requests: asked.map(requestBytes) });
}

async function driven({ port, scene, calls, settles, ...job }: DriveJob, signal: AbortSignal): Promise<Driven> {
  await using sender = new Sender(`http://${HOST}:${port}`);
  const nextCall = CALLS[calls](scene);
  if (job.practises === true) await practise(nextCall);
  if (job.atMs !== undefined) await sleep(Math.max(0, job.atMs - Date.now()));
  await say({ began: true });
  const [fromMs, fromCpuMs] = [performance.now(), cpuMs(process.pid)];
  const due = untilGiven(job.due, signal);
  const samples = await drive({ due, next: async () => sender.send(nextCall()) });
  const ownCores = (cpuMs(process.pid) - fromCpuMs) / (performance.now() - fromMs);
  if (settles) await sender.settle();
  return { samples, written: sender.written, writes: sender.writes, ownCores };
}

/** Asks a server of its own, which does nothing. */
async function practise(nextCall: () => Call): Promise<void> {
  const server = createServer((asked, answer) => {
    asked.resume().once('end', () => answer.end('{}'));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  await using sender = new Sender(`http://${HOST}:${(server.address() as AddressInfo).port}`);
  const next = async (): Promise<Outcome> => {
    const { name, asked } = nextCall();
    return sender.send({ name, asked });
  };
  await drive({ due: dueTimes({ perSecond: 200, seconds: 3 }), next });
  server.close();
}

function* untilGiven(due: Iterable<number>, signal: AbortSignal): Generator<number> {
  for (const each of due) {
    if (signal.aborted) return;
    yield each;
  }
}

const stop = new AbortController();

// Nobody is left to take what was found: a load that goes on would be measured by whoever comes next.
process.once('disconnect', () => process.exit());

process.on('message', (told: Told) => {
  if (told.kind === 'stop') {
    stop.abort();
    return;
  }
  void (async () => {
    await say({ result: await work(told, stop.signal) });
    process.disconnect?.();
  })();
});
