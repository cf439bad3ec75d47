/** Pure: the first thing that keeps a platform from being as its spec asks, in causal order, in words. */
import { childName, COMPONENT_LABEL } from './names.ts';
import { child, workload, type Live, type Observed } from './observed.ts';
import type { Plan } from './plan.ts';
import { BELL_RELEASE, isAtLeast } from './versions.ts';

/** Reason and message. */
export type Blocker = readonly [string, string];

interface Part {
  readonly name: 'Database' | 'Cache' | 'Api' | 'Edge';
  readonly noun: string;
  readonly object: Live | undefined;
  readonly wanted: number;
}

/** @returns what is waited for, or undefined when everything is as the spec asks. */
export function blocking(seen: Observed, plan: Plan): Blocker | undefined {
  const { platform } = seen;
  const database: Part = {
    name: 'Database',
    noun: 'database',
    object: child(seen, 'StatefulSet', childName(platform, 'postgres')),
    wanted: 1,
  };
  const cache: Part = {
    name: 'Cache',
    noun: 'cache',
    object: child(seen, 'Deployment', childName(platform, 'cache')),
    wanted: 1,
  };
  return (
    waitingFor(seen, database) ??
    waitingFor(seen, cache) ??
    migrating(seen, plan) ??
    waitingForApi(seen, plan) ??
    contracting(seen, plan) ??
    waitingForEdge(seen)
  );
}

/**
 * Pods that are added for a bell to come, or for load, keep nobody from working: they are waited for once they are due. Those of
 * a new template are waited for at once.
 */
function waitingForApi(seen: Observed, { floor }: Plan): Blocker | undefined {
  const api = apiPart(seen, floor?.due ?? 1);
  const { current, ready } = workload(api.object);
  return current && ready >= api.wanted ? undefined : waitingFor(seen, api);
}

/** @returns that API pods are being added, when there are some that nobody waits for yet. */
export function adding(seen: Observed, { floor }: Plan): Blocker | undefined {
  const api = apiPart(seen, floor?.floor ?? 1);
  const { ready, replicas } = workload(api.object);
  if (ready >= Math.max(api.wanted, replicas)) return undefined;
  return ['AddingPods', lacking(seen, api)[1]];
}

const apiPart = (seen: Observed, wanted: number): Part => ({
  name: 'Api',
  noun: 'API',
  object: child(seen, 'Deployment', childName(seen.platform, 'api')),
  wanted,
});

/** Nobody reaches the API but by it. */
function waitingForEdge(seen: Observed): Blocker | undefined {
  const { platform } = seen;
  const { release, edge } = platform.spec;
  if (!isAtLeast(release.version, BELL_RELEASE)) return undefined;
  const object = child(seen, 'Deployment', childName(platform, 'edge'));
  const waiting = waitingFor(seen, { name: 'Edge', noun: 'edge', object, wanted: edge.replicas });
  if (waiting !== undefined) return waiting;
  if (edge.gateway === undefined || seen.gateway === true) return undefined;
  return [
    'GatewayApiMissing',
    'spec.edge.gateway: the cluster knows no HTTPRoute (gateway.networking.k8s.io/v1): install the Gateway API, or remove the field to have an Ingress',
  ];
}

/** The API serves; but what is left is what keeps others out of a class (row-level security), so it is not done. */
function contracting(seen: Observed, { migration }: Plan): Blocker | undefined {
  if (migration?.contract === undefined) return undefined;
  return [migration.contract.state, `${migration.message}${podTrouble(seen, 'migrate')}`];
}

function migrating(seen: Observed, { migration }: Plan): Blocker | undefined {
  if (migration === undefined || migration.state === 'Migrated') return undefined;
  if (migration.state === 'Failed') return ['MigrationFailed', migration.message];
  return [migration.state, `${migration.message}${podTrouble(seen, 'migrate')}`];
}

function waitingFor(seen: Observed, part: Part): Blocker | undefined {
  const { ready, replicas, current } = workload(part.object);
  if (ready < Math.max(part.wanted, replicas)) return lacking(seen, part);
  return current ? undefined : [`Rolling${part.name}`, readyPods(part)];
}

function lacking(seen: Observed, part: Part): Blocker {
  const trouble = podTrouble(seen, part.object?.metadata.labels?.[COMPONENT_LABEL]);
  return [`WaitingFor${part.name}`, `${readyPods(part)}${trouble}`];
}

function readyPods({ noun, object, wanted }: Part): string {
  const { ready, replicas } = workload(object);
  return `${ready} of ${Math.max(wanted, replicas)} ${noun} pods are ready`;
}

/** @returns what the first troubled pod of a component says: it cannot be scheduled, or a container does not start. */
function podTrouble(seen: Observed, component: string | undefined): string {
  const pods = seen.pods.filter((pod) => pod.metadata.labels?.[COMPONENT_LABEL] === component);
  const trouble = pods.map((pod) => unscheduled(pod) ?? notStarting(pod)).find((words) => words !== undefined);
  return trouble === undefined ? '' : `; ${trouble}`;
}

function unscheduled(pod: Live): string | undefined {
  const { conditions = [] } = pod.status ?? {};
  const condition = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return condition === undefined ? undefined : `${pod.metadata.name}: ${condition.message ?? 'not scheduled'}`;
}

/** Reasons that every healthy start passes through. */
const USUAL = ['ContainerCreating', 'PodInitializing'];

function notStarting(pod: Live): string | undefined {
  const waiting = (pod.status?.containers ?? []).map(({ name, waiting: why }) => ({ name, ...why }));
  const troubled = waiting.find(({ reason }) => reason !== undefined && !USUAL.includes(reason));
  if (troubled === undefined) return undefined;
  return `${pod.metadata.name}, container ${troubled.name}: ${troubled.reason ?? ''} ${troubled.message ?? ''}`.trimEnd();
}
