/** The operator is killed after each single write of a platform's life in turn; whoever comes after it ends where it would have. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../control-plane/connect.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { grantRights } from '../control-plane/operator-rights.ts';
import { CrashRuns, type Reference, type Run } from './convergence/crash-runs.ts';
import { differences, namespacedResources, orphans, podsByComponent, repeatedEvents } from './convergence/inventory.ts';
import { isTold, type Played } from './convergence/play.ts';
import { grantLeases } from './convergence/tenant.ts';

const BUDGET_MS = 15 * 60_000;

/**
 * Status and Events written beyond those of the undisturbed run: a successor says once more how things stand, and how often
 * they change until all is ready is the pods' affair.
 */
const TOLD_AGAIN = 12;

/** What is ended when the tests are, the last first. */
const opened = new AsyncDisposableStack();

let reference: Reference;
let runs: readonly Run[];

beforeAll(async () => {
  const controlPlane = await startControlPlane({
    name: 'crash',
    portBase: 27_600,
    nodes: 4,
    volumes: 160,
    autoscalerSyncSeconds: 1,
  });
  opened.defer(controlPlane.stop);
  const { client } = opened.use(connect(controlPlane.kubeconfig, 'test'));
  await grantLeases(controlPlane);
  const estate = { controlPlane, client, token: await grantRights(controlPlane) };
  const scenarios = new CrashRuns(estate, await namespacedResources(controlPlane.cluster));
  const startMs = performance.now();
  reference = await scenarios.reference();
  runs = await scenarios.crashes(reference);
  report((performance.now() - startMs) / 1000);
}, BUDGET_MS);

afterAll(async () => {
  await opened.disposeAsync();
});

const played = (): readonly Played[] => runs.flatMap((run) => run.played);

function report(seconds: number): void {
  const writes = reference.played.map(({ scenario, writes: all }) => `${scenario} ${all.length}`).join(', ');
  const crashes = played().filter(({ crash }) => crash !== undefined);
  const reached = crashes.filter(({ crashed }) => crashed).length;
  const surplus = Math.max(...crashes.map((each) => told(each) - told(expectedOf(each))));
  const untold = crashes.filter(isUntold).length;
  console.log(
    `crash: writes of ${writes}; killed after ${reached} of ${crashes.length} of them, at rest instead of the others; ` +
      `at most ${surplus} more of status and Events; the last Event is missing after ${untold}; ${seconds.toFixed(0)} s`,
  );
}

const told = ({ writes }: Played): number => writes.filter(isTold).length;

/** Reasons of the Events that tell of the end of a scenario. */
const LAST_WORDS: Readonly<Record<string, string>> = { creation: 'Serving', deletion: 'DataDeleted' };

/** An Event is written once, after what it tells of was done: whoever is killed in between leaves none. */
function isUntold({ scenario, objects }: Played): boolean {
  const last = LAST_WORDS[scenario];
  return last !== undefined && objects.every(({ kind, reason }) => kind !== 'Event' || reason !== last);
}

function expectedOf({ scenario }: Played): Played {
  const found = reference.played.find((each) => each.scenario === scenario);
  if (found === undefined) throw new Error(`${scenario} was not played undisturbed`);
  return found;
}

/** @returns a line for each fault, which tells in which run it was found. */
const faults = (find: (each: Played, expected: Played) => readonly string[]): string[] =>
  played().flatMap((each) => {
    const { after, nth, when } = each.crash ?? { after: 'no write', nth: 0, when: '' };
    const where = `${each.scenario}, killed after ${after} (${nth}, ${when})`;
    return find(each, expectedOf(each)).map((fault) => `${where}: ${fault}`);
  });

describe('undisturbed', () => {
  it('a platform with deletionPolicy Delete carries the finalizer, and takes everything with it', () => {
    const [created, , , deleted] = reference.played;
    expect(created?.inventory.get('HeroesPlatform/grand-bend')).toContain('"finalizers":["heroesinwaiting.com/');
    expect([...(deleted?.inventory.keys() ?? ['not played'])]).toEqual([]);
  });

  it('a change of other things leaves the pods of database and cache alone', () => {
    const [created, changed] = reference.played;
    if (created === undefined || changed === undefined) throw new Error('nothing was played');
    expect(Object.fromEntries(keptPods(created, changed))).toMatchObject({ postgres: 1, cache: 1, api: 0 });
  });

  it('an operator that is started when all is as it should be writes nothing', () => {
    expect(reference.idle).toEqual([]);
  });
});

describe('killed after any write', () => {
  it('was killed so after each write that makes something', () => {
    const missed = played().flatMap(({ crash, crashed }) => (crash === undefined || crashed ? [] : [crash.after]));
    // A deletion may be done already, by the garbage collector or by whoever follows the owner.
    expect(missed.filter((words) => !isTold(words) && !words.startsWith('delete '))).toEqual([]);
  });

  it('has a successor that comes to an end', () => {
    expect(runs.flatMap(({ namespace, fault }) => (fault === undefined ? [] : [`${namespace}: ${fault}`]))).toEqual([]);
  });

  it('leaves the same objects in the end as if nothing had happened', () => {
    expect(faults(({ inventory }, expected) => differences(inventory, expected.inventory))).toEqual([]);
  });

  it('leaves no object whose owner is gone', () => {
    expect(faults(({ objects }) => orphans(objects))).toEqual([]);
  });

  it('leaves no two Events of the same words', () => {
    expect(faults(({ objects }) => repeatedEvents(objects))).toEqual([]);
  });

  it('costs no pod that would have stayed', () => {
    expect(runs.flatMap(podsLost)).toEqual([]);
  });

  it('has a successor that writes no object again', () => {
    expect(faults(({ writes }, expected) => surplusOf(writes, expected.writes))).toEqual([]);
  });

  it('has a successor that says little again', () => {
    const surplus = faults((each, expected) => (told(each) > told(expected) + TOLD_AGAIN ? [String(told(each))] : []));
    expect(surplus).toEqual([]);
  });
});

/** @returns writes of objects that are more than were expected; undisturbed, the garbage collector may be first with a deletion. */
function surplusOf(writes: readonly string[], expected: readonly string[]): string[] {
  const deletions = new Set(writes.filter((words) => words.startsWith('delete ')));
  const left = [...expected, ...deletions.difference(new Set(expected))];
  return writes.filter((words) => {
    const at = left.indexOf(words);
    if (at !== -1) left.splice(at, 1);
    return at === -1 && !isTold(words);
  });
}

function podsLost(run: Run): string[] {
  return run.played.flatMap((after, index) => {
    const before = run.played[index - 1];
    if (before === undefined) return [];
    const kept = keptPods(before, after);
    const expected = keptPods(expectedOf(before), expectedOf(after));
    const lost = [...expected].filter(([component, count]) => (kept.get(component) ?? 0) < count);
    return lost.map(([component]) => `${run.namespace}: ${component} in ${after.scenario}`);
  });
}

/** @returns by component, how many pods are still the same. */
function keptPods(before: Played, after: Played): ReadonlyMap<string, number> {
  const earlier = podsByComponent(before.objects);
  const now = [...podsByComponent(after.objects)];
  return new Map(now.map(([name, uids]) => [name, uids.intersection(earlier.get(name) ?? new Set()).size]));
}
