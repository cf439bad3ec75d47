/** Starts the process that makes the load, in the network of a pod: it asks at the pod's own loopback, and nowhere else. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '../../cluster/progress.ts';
import type { Struck } from './hammer.ts';
import type { DriveJob, Driven, HammerJob, Job, Said, Told } from './load-process.ts';
import type { Pod } from './pod.ts';

type Result<Of extends Job> = Of extends HammerJob ? Struck : Driven;

/** Disposing of one ends it, if it has not ended. */
export interface Running<Of extends Job> extends Disposable {
  /** By performance.now() of this process. */
  readonly beganMs: number;
  readonly result: Promise<Result<Of>>;
  /** Sends nothing more; the result is then of what was sent. */
  readonly stop: () => void;
}

/** @returns what a load found. @throws Failure when it could not be made. */
export async function load<Of extends HammerJob | DriveJob>(pod: Pick<Pod, 'pid'>, job: Of): Promise<Result<Of>> {
  using running = await startLoad(pod, job);
  return await running.result;
}

/** @returns a load once it has begun. @throws Failure when it could not be made. */
export async function startLoad<Of extends HammerJob | DriveJob>(
  { pid }: Pick<Pod, 'pid'>,
  job: Of,
): Promise<Running<Of>> {
  const argv = [`--net=/proc/${pid}/ns/net`, process.execPath, join(import.meta.dirname, 'load-process.ts')];
  const child = spawn('nsenter', argv, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const began = Promise.withResolvers<number>();
  const result = Promise.withResolvers<Result<Of>>();
  // Whoever waits for the beginning hears of a failure there.
  result.promise.catch(() => undefined);
  const fail = (because: string): void => {
    const remedy = 'nsenter (util-linux) and root are needed to ask at the loopback of a pod; read what it said above';
    const failure = new Failure(`the load could not be made: ${because}`, { remedy });
    began.reject(failure);
    result.reject(failure);
  };
  child.on('message', (said: Said) => {
    if ('began' in said) began.resolve(performance.now());
    else result.resolve(said.result as Result<Of>);
  });
  child.on('error', ({ message }) => {
    fail(message);
  });
  child.on('exit', (code, signal) => {
    fail(`it ended with ${code ?? signal ?? 'nothing'}`);
  });
  child.send(job);
  return {
    beganMs: await began.promise,
    result: result.promise,
    stop: () => {
      if (child.connected) child.send({ kind: 'stop' } satisfies Told);
    },
    [Symbol.dispose]: () => {
      child.kill();
    },
  };
}
