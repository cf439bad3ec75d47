/** One platform edited among many: how long until the last of its children that have to change has changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../../cluster/progress.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import { atMost, percentile, told, type Measure } from '../report/measure.ts';
import { Children, type Snapshot } from './children.ts';
import { NAME, namespaceOf, spread } from './fleet.ts';
import { CHILDREN, PLATFORM, resourceOf } from './kinds.ts';
import type { Options } from './options.ts';
import type { World } from './world.ts';

const LIMIT_MS = 250;
const TIMEOUT_MS = 60_000;
/** After this long without a further change an edit has had all its effects. */
const SETTLE_MS = 3_000;

/** @returns the time from edits, one after the other on platforms of all parts of the fleet, to their last child. */
export async function measureEdits(world: World, { platforms, edits }: Options): Promise<Measure[]> {
  return step(`${edits} edits among ${platforms} platforms`, async (log) => {
    const affected = await rehearse(world);
    log(`an edit changes ${affected.join(', ')}`);
    using children = await Children.follow(world.client, kindsOf(affected));
    const sample: number[] = [];
    for (let edit = 1; edit <= edits; edit += 1)
      sample.push(await timeEdit(world, children, { affected, index: spread(edit, platforms), value: edit }));
    const name = (what: string): string => `an edit among ${platforms}: ${what}`;
    return [
      told(name('children that change'), affected.length, 'objects'),
      told(name('until the last child is applied, p50'), percentile(sample, 0.5), 'ms'),
      atMost(LIMIT_MS, name('until the last child is applied, p99'), percentile(sample, 0.99), 'ms'),
    ];
  });
}

/** An edit that reaches far: the pools and so the API's pods, the autoscaler, the cache, the backup, the rules. */
const change = (value: number): object => ({
  api: { replicas: { max: 5 + (value % 2) } },
  cache: { embedded: { maxMemory: `${65 + (value % 50)}Mi` } },
  backup: { schedule: `${value % 60} 3 * * *` },
  observability: { ruleLabels: { edit: String(value) } },
});

const edited = (index: number, value: number): KubeObject => ({
  apiVersion: PLATFORM.apiVersion,
  kind: PLATFORM.kind,
  metadata: { name: NAME, namespace: namespaceOf(index) },
  spec: change(value),
});

/** @returns the children that an edit changes, as `Kind/name`, found by making one. */
async function rehearse({ client, fleet }: World): Promise<string[]> {
  using children = await Children.follow(client, CHILDREN);
  const namespace = namespaceOf(0);
  const before = children.of(namespace);
  await client.merge(PLATFORM, edited(0, 0));
  await sleep(SETTLE_MS);
  await fleet.untilOne(namespace, TIMEOUT_MS);
  const after = children.of(namespace);
  return [...before.keys()].filter((key) => after.get(key) !== before.get(key));
}

const kindsOf = (keys: readonly string[]) => [
  ...new Set(keys.map((key) => resourceOf({ kind: key.split('/')[0] ?? '' }))),
];

async function timeEdit(
  { client, fleet }: World,
  children: Children,
  { affected, index, value }: { affected: readonly string[]; index: number; value: number },
): Promise<number> {
  const namespace = namespaceOf(index);
  const before: Snapshot = new Map([...children.of(namespace)].filter(([key]) => affected.includes(key)));
  const startMs = performance.now();
  const [endMs] = await Promise.all([
    children.untilChanged(namespace, before, TIMEOUT_MS),
    client.merge(PLATFORM, edited(index, value)),
  ]);
  // One after the other: what the edit sets off, as a roll of pods, is not to meet the next one.
  await fleet.untilOne(namespace, TIMEOUT_MS);
  return endMs - startMs;
}
