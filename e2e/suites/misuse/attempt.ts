/** Misuses a platform once: what comes of it, and whether it is as before when it is put right. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { ApiError } from '@heroes/operator/kube/errors.ts';
import type { KubeObject } from '@heroes/operator/kube/resource.ts';
import { CHILD_KINDS } from '@heroes/operator/platform/kinds.ts';
import { MANAGED_BY } from '@heroes/operator/platform/names.ts';
import { REASONS } from '@heroes/operator/platform/verdict.ts';
import { messageOf } from '../../cluster/progress.ts';
import { differences, inventory, type Inventory } from '../convergence/inventory.ts';
import { conditionOf, unready, type Tenant } from '../convergence/tenant.ts';
import { mutate, type Mutation } from './mutations.ts';
import { growsVolume } from './nonsense.ts';

export interface Attempt {
  readonly field: string;
  readonly what: string;
  /** `refused`, `converged`, or the reason of Ready=False. */
  readonly outcome: string;
  /** In whose words it was refused, for a person who looks into it. */
  readonly message: string;
  /** What must not be. */
  readonly faults: readonly string[];
}

export interface Victim {
  readonly tenant: Tenant;
  readonly spec: unknown;
  readonly survey: () => Promise<readonly KubeObject[]>;
  /** What the spec is converged to. */
  readonly original: Inventory;
}

/** For how long nothing may be said of a change. */
const SPEECHLESS_MS = 30_000;
/** A pod that says for so long what it lacks will not get it: nothing here takes time to start. */
const WAITING_MS = 5_000;
/** So long a roll-out takes at most. */
const PATIENCE_MS = 60_000;
const AFTERMATH_MS = 15_000;
const POLL_MS = 50;
/** So long the operator writes nothing when it is done. */
const QUIET = { quietMs: 400 };

/** Reasons for which the user must act. */
const FINAL: readonly string[] = [...Object.values(REASONS), 'ChildRefused'];
/** Errors of one attempt, conflicts with controllers among them; what is retried without end soon has more. */
const FEW_ERRORS = 6;

export async function attempt(victim: Victim, mutation: Mutation): Promise<Attempt> {
  const { tenant } = victim;
  const { field, what } = mutation;
  const errors = await errorsOf(tenant);
  const refusal = await refusalOf(tenant, mutate(victim.spec, mutation));
  if (refusal !== undefined)
    return { field, what, outcome: 'refused', message: refusal, faults: unnamed(refusal, mutation) };
  const { outcome, message, fault } = await verdictOf(tenant);
  const faults = fault === undefined ? [] : [fault];
  if (FINAL.includes(outcome)) faults.push(...(await changedChildren(victim, 'is half done')));
  if (outcome === 'converged') faults.push(...(await unrest(victim)));
  faults.push(...(await tooManyErrors(tenant, errors)));
  if (outcome === 'converged' && mutation.odd === true) faults.push(...(await writesAfterRestart(tenant)));
  if (!growsVolume(mutation)) faults.push(...(await putRight(victim)));
  return { field, what, outcome, message, faults };
}

/** @returns the API server's words, if it takes no such spec. */
async function refusalOf(tenant: Tenant, spec: unknown): Promise<string | undefined> {
  try {
    await tenant.replace(spec);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return error.message;
    throw error;
  }
}

function unnamed(message: string, { path }: Mutation): string[] {
  const name = path.findLast((step) => typeof step === 'string') ?? 'spec';
  return message.includes(name) ? [] : [`the refusal does not name ${name}: ${message}`];
}

interface Verdict {
  readonly outcome: string;
  readonly message: string;
  readonly fault?: string;
}

async function verdictOf(tenant: Tenant): Promise<Verdict> {
  const startMs = performance.now();
  for (;;) {
    const platform = await tenant.platform();
    const known = verdictBy(platform, performance.now() - startMs);
    if (known !== undefined) return known;
    await sleep(POLL_MS);
  }
}

function verdictBy(platform: HeroesPlatform | undefined, passedMs: number): Verdict | undefined {
  const { status, reason = '', message = '' } = conditionOf(platform, 'Ready') ?? {};
  if (status === 'True') return { outcome: 'converged', message };
  if (status === undefined && passedMs > SPEECHLESS_MS)
    return { outcome: 'silence', message: '', fault: `nothing is said of it within ${SPEECHLESS_MS / 1000} s` };
  if (status === undefined) return undefined;
  const waits = TROUBLED.test(message) ? WAITING_MS : PATIENCE_MS;
  return FINAL.includes(reason) || passedMs > waits ? { outcome: reason, message, ...faultOf(message) } : undefined;
}

/** What is waited for says why: a pod's own words. */
const TROUBLED = /pods are ready; [\w.-]+/;
/** A path or an object first, then what is wrong with it. */
const NAMED = /^(spec\.[\w.[\]]+|[A-Z]\w+ [\w.-]+): /;

const faultOf = (message: string): { fault?: string } =>
  NAMED.test(message) || TROUBLED.test(message)
    ? {}
    : { fault: `the message names neither a path nor an object: ${message}` };

/** @returns what goes on although all is as it should be, and children that the operator would not find again. */
async function unrest({ tenant, survey }: Victim): Promise<string[]> {
  await tenant.settled(unready, QUIET);
  const children = (await survey()).filter(({ kind }) => CHILD_KINDS.some((each) => each.kind === kind));
  const lost = children.filter(({ metadata }) =>
    Object.entries(MANAGED_BY).some(([key, value]) => metadata.labels?.[key] !== value),
  );
  return lost.map(({ kind, metadata }) => `the operator does not find ${kind} ${metadata.name} again by its label`);
}

/** @returns what an operator writes that knows nothing of how it was written before. */
async function writesAfterRestart(tenant: Tenant): Promise<string[]> {
  await tenant.operator.kill('SIGKILL');
  tenant.gate.forget();
  await tenant.startOperator();
  await tenant.settled(unready, QUIET);
  return tenant.gate.writes.map(({ verb, resource, name }) => `started anew, it writes: ${verb} ${resource} ${name}`);
}

/** Applies the spec as it was. @returns what is not as it was. */
async function putRight(victim: Victim): Promise<string[]> {
  const { tenant, spec } = victim;
  const errors = await errorsOf(tenant);
  try {
    await tenant.replace(spec);
    await tenant.settled(unready, QUIET);
  } catch (error) {
    return [`it cannot be put right: ${messageOf(error)}`];
  }
  const endMs = performance.now() + AFTERMATH_MS;
  for (;;) {
    const changed = await changedChildren(victim, 'is not put right');
    if (changed.length === 0) return tooManyErrors(tenant, errors);
    if (performance.now() > endMs) return changed;
    await sleep(4 * POLL_MS);
  }
}

async function changedChildren({ survey, original }: Victim, words: string): Promise<string[]> {
  return differences(childrenOf(await survey()), original).map((difference) => `${words}: ${difference}`);
}

/** @returns what the operator made; how many replicas there are is the autoscaler's, how often pods were rolled is history. */
export function childrenOf(objects: readonly KubeObject[]): Inventory {
  const kinds = [...CHILD_KINDS.map(({ kind }) => kind), 'HeroesPlatform'];
  return inventory(objects.filter(({ kind }) => kinds.includes(kind)).map(asMade));
}

function asMade(object: KubeObject): KubeObject {
  if (object.kind === 'HeroesPlatform') return { ...object, spec: {}, status: {} };
  if (object.kind !== 'Deployment') return object;
  const { replicas, ...spec } = object.spec as Readonly<Record<string, unknown>>;
  return { ...object, metadata: { ...object.metadata, annotations: {} }, spec };
}

async function errorsOf(tenant: Tenant): Promise<number> {
  const metrics = await tenant.operator.metrics();
  const panics = metrics.value('controller_runtime_reconcile_panics_total') ?? 0;
  if (panics > 0) throw new Error(`the operator of ${tenant.namespace} has panicked: read ${tenant.operator.log}`);
  return metrics.value('controller_runtime_reconcile_errors_total') ?? 0;
}

async function tooManyErrors(tenant: Tenant, before: number): Promise<string[]> {
  const errors = (await errorsOf(tenant)) - before;
  return errors > FEW_ERRORS ? [`${errors} reconciles failed`] : [];
}
