/** Two operators, the one that leads ended: how long until the other has reconciled what changed at that moment. */
import { step } from '../../cluster/progress.ts';
import type { OperatorProcess } from '../../control-plane/operator-process.ts';
import type { StopSignal } from '../../cluster/processes.ts';
import { atMost, type Measure } from '../report/measure.ts';
import { Children } from './children.ts';
import type { Converged } from './converge.ts';
import { NAME, namespaceOf } from './fleet.ts';
import { PLATFORM, resourceOf } from './kinds.ts';
import type { Options } from './options.ts';
import type { World } from './world.ts';

const LIMIT_SECONDS: Readonly<Record<StopSignal, number>> = { SIGKILL: 20, SIGTERM: 3 };
const TIMEOUT_MS = 60_000;
/** What an edit of the rules' labels changes. */
const AFFECTED = { kind: 'PrometheusRule', name: `${NAME}-rules` } as const;

/** @returns for each way to end, the longest that it took until the other had reconciled. */
export async function measureReplicas(converged: Converged, { takeovers }: Options): Promise<Measure[]> {
  return step(`${takeovers} takeovers by a second replica each, killed and asked`, async (log) => {
    const { world } = converged;
    using children = await Children.follow(world.client, [resourceOf(AFFECTED)]);
    const measures: Measure[] = [];
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const sample: number[] = [];
      for (let turn = 1; turn <= takeovers; turn += 1) {
        log(`${signal}, ${turn} of ${takeovers}`);
        const standby = await world.start({ name: `heroes-operator-${signal}-${turn}` });
        await standby.ready();
        sample.push(await timeTakeover({ world, children, leader: converged.operator, signal, turn }));
        converged.operator = standby;
      }
      const name = `two replicas: ${signal} of the leader until the other has reconciled, most`;
      measures.push(atMost(LIMIT_SECONDS[signal], name, Math.max(...sample) / 1000, 's'));
    }
    return measures;
  });
}

interface Takeover {
  readonly world: World;
  readonly children: Children;
  readonly leader: OperatorProcess;
  readonly signal: StopSignal;
  readonly turn: number;
}

async function timeTakeover({ world, children, leader, signal, turn }: Takeover): Promise<number> {
  const namespace = namespaceOf(turn);
  const key = `${AFFECTED.kind}/${AFFECTED.name}`;
  const before = new Map([...children.of(namespace)].filter(([child]) => child === key));
  const startMs = performance.now();
  const ended = leader.kill(signal);
  // With SIGKILL nobody leads any more; with SIGTERM the leader may still do it, which would not count.
  if (signal === 'SIGTERM') await ended;
  await world.client.merge(PLATFORM, {
    apiVersion: PLATFORM.apiVersion,
    kind: PLATFORM.kind,
    metadata: { name: NAME, namespace },
    spec: { observability: { ruleLabels: { takeover: `${signal}-${turn}` } } },
  });
  const endMs = await children.untilChanged(namespace, before, TIMEOUT_MS);
  await ended;
  return endMs - startMs;
}
