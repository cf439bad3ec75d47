/** Children edited by hand among many platforms: how long until each is put right. */
import { step } from '../../cluster/progress.ts';
import { connect } from '../../control-plane/connect.ts';
import type { Client } from '@heroes/operator/kube/client.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import { atMost, percentile, told, type Measure } from '../report/measure.ts';
import { Children } from './children.ts';
import { NAME, namespaceOf, spread } from './fleet.ts';
import { resourceOf } from './kinds.ts';
import type { Options } from './options.ts';
import type { World } from './world.ts';

const LIMIT_MS = 250;
const TIMEOUT_MS = 60_000;

interface HandEdit {
  readonly kind: string;
  readonly name: string;
  /** A merge patch of what is the operator's by contract. */
  readonly patch: object;
}

const relabelled = { metadata: { labels: { 'app.kubernetes.io/name': 'by-hand' } } };

/** Of each sort of child that is watched, but pods that would be rolled. */
const HAND_EDITS: readonly HandEdit[] = [
  { kind: 'ConfigMap', name: `${NAME}-postgres`, patch: { data: { 'postgres.conf': '# by hand\n' } } },
  { kind: 'Service', name: `${NAME}-api`, patch: { spec: { selector: { 'app.kubernetes.io/component': 'none' } } } },
  { kind: 'HorizontalPodAutoscaler', name: `${NAME}-api`, patch: { spec: { maxReplicas: 50 } } },
  { kind: 'NetworkPolicy', name: `${NAME}-postgres`, patch: { spec: { policyTypes: ['Egress'] } } },
  { kind: 'PodDisruptionBudget', name: `${NAME}-api`, patch: relabelled },
  { kind: 'Deployment', name: `${NAME}-api`, patch: relabelled },
  { kind: 'StatefulSet', name: `${NAME}-postgres`, patch: relabelled },
  { kind: 'CronJob', name: `${NAME}-backup`, patch: relabelled },
  { kind: 'PrometheusRule', name: `${NAME}-rules`, patch: relabelled },
];

/** @returns the time from edits by hand, one after the other, until the child is as it was. */
export async function measureDrift(world: World, { platforms, edits }: Options): Promise<Measure[]> {
  return step(`${edits} edits by hand among ${platforms} platforms`, async (log) => {
    await using connection = connect(world.controlPlane.kubeconfig, 'by-hand');
    using children = await Children.follow(world.client, HAND_EDITS.map(resourceOf));
    const sample: number[] = [];
    for (let turn = 1; turn <= edits; turn += 1) {
      const edit = HAND_EDITS[turn % HAND_EDITS.length];
      if (edit === undefined) continue;
      log(`${turn}: ${edit.kind} ${edit.name}`);
      sample.push(
        await timeRepair(connection.client, children, { edit, namespace: namespaceOf(spread(turn, platforms)) }),
      );
    }
    const name = (what: string): string => `a child edited by hand among ${platforms}: ${what}`;
    return [
      told(name('kinds of children'), HAND_EDITS.length, 'kinds'),
      told(name('until it is put right, p50'), percentile(sample, 0.5), 'ms'),
      atMost(LIMIT_MS, name('until it is put right, p99'), percentile(sample, 0.99), 'ms'),
    ];
  });
}

async function timeRepair(
  client: Client,
  children: Children,
  { edit, namespace }: { edit: HandEdit; namespace: string },
): Promise<number> {
  const { kind, name, patch } = edit;
  const resource = resourceOf({ kind });
  const key = `${kind}/${name}`;
  const right = children.of(namespace).get(key);
  if (right === undefined) throw new Error(`there is no ${key} in ${namespace}`);
  const { metadata, ...body } = patch as Partial<KubeObject>;
  const object: KubeObject = {
    apiVersion: resource.apiVersion,
    kind,
    ...body,
    metadata: { ...metadata, name, namespace },
  };
  const startMs = performance.now();
  // That it has changed is seen first: else it would be as it was at once.
  const [, seenMs] = await Promise.all([
    client.merge(resource, object),
    children.untilChanged(namespace, new Map([[key, right]]), TIMEOUT_MS),
  ]);
  return Math.max(seenMs, await children.untilBack(namespace, [key, right], TIMEOUT_MS)) - startMs;
}
