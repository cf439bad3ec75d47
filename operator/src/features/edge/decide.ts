/** What an edge pod can hold, and whether the Service may lead to the edge. */
import type { Spec } from '@heroes/crds/spec.ts';
import { quantityValue } from '../../platform/quantity.ts';
import { accept, REASONS, refuse, type Verdict } from '../../platform/verdict.ts';
import { BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';

const MI = 2 ** 20;

/**
 * Memory of an edge pod, measured on HAProxy 3.0 (docs/decisions/0034-edge.md). What is left of the limit beside the process, its
 * full tables and a server for each API pod is shared out: a part for connections, a part for the buffers of what is under way.
 */
export const MEMORY = {
  /** The process with its tables full, bytes. */
  process: 96 * MI,
  /** A TLS connection on which a stream of events is open, bytes; a plain one that waits takes a fiftieth. */
  connection: 64 * 1024,
  /** `tune.bufsize`; a request that is being sent or answered holds two. */
  buffer: 16 * 1024,
  /** Share of what is left that is for connections. */
  connections: 0.7,
} as const;

/** Of all connections of a pod, as many may be from one address: nobody takes all there is. */
export const ADDRESS_SHARE = 0.8;

/** Of a school of 400 with two each, behind one address. */
const SCHOOL_CONNECTIONS = 800;

/** Below this such a school does not fit through one pod while the other is being replaced. */
const FEWEST_CONNECTIONS = SCHOOL_CONNECTIONS / ADDRESS_SHARE;

/** More would be more connections than one address has ports for; 45,000 of them. */
const MOST_BYTES = 4096 * MI;

/** What an edge pod may hold at most, so that it stays within its memory. */
export interface EdgeCapacity {
  readonly connections: number;
  readonly buffers: number;
  readonly threads: number;
}

/** @returns the bounds that follow from the resources, or a refusal where they are too small. */
export function decideEdge({ api, edge, release }: Spec): Verdict<EdgeCapacity> {
  const path = 'spec.edge.resources';
  const { limits } = edge.resources;
  if (api.hostname !== undefined && !isAtLeast(release.version, BELL_RELEASE)) {
    const message = `release ${release.version} has no edge that a name could lead to: set release.version to ${BELL_RELEASE} or newer, or remove the hostname`;
    return refuse(REASONS.InvalidAddress, 'spec.api.hostname', message);
  }
  const capacity = capacityOf(quantityValue(limits.memory), quantityValue(limits.cpu));
  if (capacity.connections < FEWEST_CONNECTIONS) {
    const message = `${limits.memory} is room for ${Math.max(0, capacity.connections)} connections, and an edge pod needs ${FEWEST_CONNECTIONS}: raise it to ${Math.ceil(bytesFor(FEWEST_CONNECTIONS) / MI)}Mi`;
    return refuse(REASONS.InvalidResources, `${path}.limits.memory`, message);
  }
  return accept(capacity);
}

function capacityOf(memoryBytes: number, cores: number): EdgeCapacity {
  const left = Math.min(memoryBytes - MEMORY.process, MOST_BYTES);
  return {
    connections: Math.floor((left * MEMORY.connections) / MEMORY.connection),
    buffers: Math.floor((left * (1 - MEMORY.connections)) / MEMORY.buffer),
    // More threads than cores would wait for each other.
    threads: Math.min(8, Math.max(1, Math.floor(cores))),
  };
}

const bytesFor = (connections: number): number =>
  MEMORY.process + Math.ceil((connections + 1) * MEMORY.connection) / MEMORY.connections;

/**
 * How long the API stays open to all once its Service leads to the edge, milliseconds: until every node has heard of it, and
 * idle connections that were made before are over (the API keeps one for 72 s).
 */
export const FORMER_WAY_MS = 120_000;

/** What is known of the way that requests take. */
export interface RouteFacts {
  /** The version that is wanted. */
  readonly wanted: string;
  /** Where the Service leads now; nowhere while there is none. */
  readonly leadsTo?: 'api' | 'edge';
  /** Since when, epoch milliseconds. */
  readonly ledSinceMs?: number;
  /** Whether the API is open to all now. */
  readonly isDirect: boolean;
  /** Whether all API pods are of a release that takes an edge's word, or there are none. */
  readonly apiKnowsEdge: boolean;
  readonly edgeReady: boolean;
}

/** The way that requests are to take. */
export interface Route {
  readonly leadsTo: 'api' | 'edge';
  /** Whether the API is open to all: without an edge clients come from anywhere. */
  readonly isDirect: boolean;
  /** When to look again, epoch milliseconds. */
  readonly againAtMs?: number;
}

/** @returns the way that requests are to take; a former way is closed once it has had time to empty. */
export function decideRoute(facts: RouteFacts, nowMs: number): Route {
  const leadsTo = leadingTo(facts);
  if (leadsTo === 'api') return { leadsTo, isDirect: true };
  if (!facts.isDirect) return { leadsTo, isDirect: false };
  const { ledSinceMs = 0 } = facts;
  const againAtMs = (facts.leadsTo === 'edge' ? ledSinceMs : nowMs) + FORMER_WAY_MS;
  return againAtMs > nowMs ? { leadsTo, isDirect: true, againAtMs } : { leadsTo, isDirect: false };
}

/**
 * @returns where the Service is to lead. On the way to a release with an edge it goes on leading to the API until there is an edge
 *   that answers and API pods that believe it; from then on it leads to nothing else, since what the edge keeps out would come in.
 */
function leadingTo({ wanted, leadsTo, apiKnowsEdge, edgeReady }: RouteFacts): Route['leadsTo'] {
  if (!isAtLeast(wanted, BELL_RELEASE)) return 'api';
  if (leadsTo !== 'api') return 'edge';
  return apiKnowsEdge && edgeReady ? 'edge' : 'api';
}
