/** What is told of outgoing calls: how they end, and when a destination is left alone. */
import type { Logger } from '@heroes/runtime/logger.ts';
import type { Metrics } from '../metrics.ts';
import { CIRCUITS, type Circuits } from '../resilience/outgoing.ts';

/** @returns what ends it. */
export function watchCircuits(metrics: Metrics, log: Logger, circuits: Circuits = CIRCUITS): () => void {
  return circuits.listen({
    changed: (destination, state) => {
      const told = { destination, state };
      if (state === 'open') log.warn(told, 'a destination fails half of its calls and is left alone');
      else log.info(told, state === 'closed' ? 'a destination answers again' : 'a destination is tried again');
    },
    called: (destination, outcome) => {
      metrics.outgoing.inc({ destination, outcome });
    },
  });
}
