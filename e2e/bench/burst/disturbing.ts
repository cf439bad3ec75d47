/** Somebody who disturbs others at the edge, in a process of its own so that its cost is not theirs. */
import { once } from 'node:events';
import { inPod, type EdgeInPod } from './edge-in-pod.ts';

export type Disturber =
  | { readonly kind: 'hostile'; readonly perSecond: number }
  | { readonly kind: 'halfOpen' | 'slowReaders'; readonly connections: number };

export type Job = Disturber & { readonly port: number; readonly metricsPort: number };

export interface Told {
  /** Answers with 429, and all others. */
  readonly refused: number;
  readonly answered: number;
  /** Connections that the edge held when it was stopped, a class's own among them. */
  readonly held: number;
}

export interface Disturbing extends AsyncDisposable {
  /** Stops it. @returns what was answered. */
  readonly said: () => Promise<Told>;
}

/** @returns once it has begun: all that idle have come by then. */
export async function disturb(edge: EdgeInPod, disturber: Disturber): Promise<Disturbing> {
  const { child } = await inPod(edge, 'disturbing-process.ts', {
    ...disturber,
    port: edge.port,
    metricsPort: edge.metricsPort,
  });
  return {
    said: async () => {
      child.send('stop');
      const [told] = (await once(child, 'message')) as [Told];
      return told;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
