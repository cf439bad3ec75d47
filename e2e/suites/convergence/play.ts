/** Plays a scenario on a platform: to its end, or with a crash of the operator after one of its writes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import type { Answered } from '../../control-plane/api-request.ts';
import type { WriteHook } from '../../control-plane/gate.ts';
import { differences, inventory, type Inventory } from './inventory.ts';
import type { Scenario } from './scenarios.ts';
import type { Tenant } from './tenant.ts';

export interface Crash {
  /** The write after which the operator is killed, in words, and which of those of the same words it is, from 1. */
  readonly after: string;
  readonly nth: number;
  readonly when: WriteHook['when'];
}

export interface Played {
  readonly scenario: string;
  readonly crash: Crash | undefined;
  /** Whether the write that the operator was to be killed after has come; else it was killed at rest. */
  readonly crashed: boolean;
  /** What the operators wrote, all told, in words. */
  readonly writes: readonly string[];
  readonly objects: readonly KubeObject[];
  readonly inventory: Inventory;
}

export interface Stage {
  readonly tenant: Tenant;
  readonly survey: () => Promise<readonly KubeObject[]>;
}

export interface Script {
  readonly crash?: Crash;
  /** What it should come to: waited for, not enforced. */
  readonly expected?: Inventory;
}

/** What controllers still have to do once the operator is done. */
const AFTERMATH_MS = 20_000;
const POLL_MS = 200;

export async function play({ tenant, survey }: Stage, scenario: Scenario, script: Script = {}): Promise<Played> {
  const { crash, expected } = script;
  tenant.gate.forget();
  let crashed = false;
  if (crash === undefined) {
    await scenario.begin(tenant);
  } else {
    crashed = await crashDuring(tenant, scenario, crash);
    await tenant.startOperator();
  }
  await tenant.settled(scenario.missing);
  const objects = await settledObjects(survey, expected);
  const writes = tenant.written.map(wordsOf);
  return { scenario: scenario.name, crash, crashed, writes, objects, inventory: inventory(objects) };
}

/** @returns whether the write came that the operator was to be killed after. */
async function crashDuring(tenant: Tenant, scenario: Scenario, { after, nth, when }: Crash): Promise<boolean> {
  let came = 0;
  const call: WriteHook['call'] = async (_, request) => {
    if (wordsOf(request) !== after) return;
    came += 1;
    if (came !== nth) return;
    await tenant.operator.kill('SIGKILL');
    tenant.gate.cut();
  };
  tenant.gate.onWrite({ when, call });
  await scenario.begin(tenant);
  await tenant.settled(scenario.missing, { enough: () => came >= nth });
  await tenant.operator.kill('SIGKILL');
  tenant.gate.onWrite(undefined);
  return came >= nth;
}

async function settledObjects(
  survey: Stage['survey'],
  expected: Inventory | undefined,
): Promise<readonly KubeObject[]> {
  const endMs = performance.now() + AFTERMATH_MS;
  for (;;) {
    const objects = await survey();
    const done = expected === undefined || differences(inventory(objects), expected).length === 0;
    if (done || performance.now() > endMs) return objects;
    await sleep(POLL_MS);
  }
}

/** An Event's name is a digest, the created Secret has none in its path. */
const wordsOf = ({ verb, resource, subresource, name }: Answered): string =>
  [verb, resource, subresource, resource === 'events' ? '' : name].filter((part) => part !== '').join(' ');

/** @returns whether a write tells something, in contrast to those that make what is asked for. */
export const isTold = (words: string): boolean =>
  words === 'apply events' || words.startsWith('apply heroesplatforms status ');
