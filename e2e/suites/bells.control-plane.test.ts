/**
 * The bells against a real API server and its autoscaler: a morning of class changes, replayed by setting the operator's wall clock
 * from one time to the next, which it has to notice by itself. The pods are simulated: they are ready within a second or two.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '@heroes/operator/kube/client.ts';
import { PLATFORM } from '@heroes/operator/platform/kinds.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { isWrite } from '../control-plane/api-request.ts';
import { AuditLog } from '../control-plane/audit.ts';
import { connect } from '../control-plane/connect.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/control-plane.ts';
import { OperatorProcess } from '../control-plane/operator-process.ts';
import { grantRights, OPERATOR_USER } from '../control-plane/operator-rights.ts';
import { WallClock } from '../control-plane/wall-clock.ts';
import { KEY, lowerings, platform, SchoolDay, timeOf } from './bells/school-day.ts';

/** Of the times that are set, the operator hears within a second. */
const HEARD_MS = 1_200;
const STEP_MINUTES = 5;

/** What is ended when the tests are, the last first. */
const opened = new AsyncDisposableStack();
let controlPlane: ControlPlane;
let client: Client;
let token: string;
let clock: WallClock;
let operator: OperatorProcess;
let day: SchoolDay;

const startOperator = async (): Promise<OperatorProcess> => {
  const started = await OperatorProcess.start({ controlPlane, token, settings: { ...clock.environment } });
  opened.use(started);
  await started.ready();
  return started;
};

beforeAll(async () => {
  controlPlane = await startControlPlane({
    name: 'bells',
    portBase: 27_140,
    nodes: 3,
    volumes: 2,
    autoscalerSyncSeconds: 1,
    audit: true,
  });
  opened.defer(controlPlane.stop);
  ({ client } = opened.use(connect(controlPlane.kubeconfig, 'test')));
  token = await grantRights(controlPlane);
  clock = new WallClock(controlPlane.place.folder);
  clock.set(timeOf('07:30'));
  operator = await startOperator();
  await kubectl(controlPlane.cluster, ['create', 'namespace', KEY.namespace]);
  day = new SchoolDay(client, clock);
  opened.defer(() => {
    day.end();
  });
  await day.edit({});
  const wait = ['wait', `hp/${KEY.name}`, '-n', KEY.namespace, '--for=condition=Ready', '--timeout=90s'];
  await kubectl(controlPlane.cluster, wait);
  await day.stands(2);
});

afterAll(async () => {
  await opened.disposeAsync();
});

/** Sets the clock, waits until the operator has heard of it, and for the pods that it then asks for. */
async function pass(time: string, floor: number): Promise<void> {
  day.at(time);
  await sleep(HEARD_MS);
  await day.stands(floor);
}

const readyStatus = async (): Promise<string | undefined> =>
  (await day.status()).conditions?.find(({ type }) => type === 'Ready')?.status;

/** @returns whether the autoscaler may take pods away by load: Max, or Disabled. */
const scaleDownPolicy = (): Promise<string> => {
  const path = '{.spec.behavior.scaleDown.selectPolicy}';
  return kubectl(controlPlane.cluster, [
    'get',
    'hpa',
    `${KEY.name}-api`,
    '-n',
    KEY.namespace,
    '-o',
    `jsonpath=${path}`,
  ]);
};

it('replays a morning of class changes: raised ahead of each bell, lowered once, nobody a second under the floor', async () => {
  const readyBefore: number[] = [];
  for (let ms = timeOf('07:35'); ms <= timeOf('11:10'); ms += STEP_MINUTES * 60_000) {
    const time = new Date(ms).toISOString().slice(11, 16);
    await pass(time, time < '07:50' || time >= '11:05' ? 2 : time < '08:20' ? 7 : 10);
    expect(await readyStatus(), time).toBe('True');
    readyBefore.push((await operator.metrics()).value('heroes_schedule_ready_before_bell_seconds') ?? Infinity);
  }
  const insideTheDay = lowerings(day.floors.slice(0, -1));
  const underFloor = (await operator.metrics()).value('heroes_schedule_seconds_under_floor_total');
  const ahead = Math.min(...readyBefore);
  console.log(
    `bells: floors ${day.floors.join(', ')}, replicas ${day.replicas.join(', ')}; lowered ${insideTheDay} times inside the day; ` +
      `${underFloor ?? '?'} s under the floor; ready at least ${ahead.toFixed(0)} s before each bell`,
  );
  expect(day.floors).toEqual([2, 7, 10, 2]);
  expect(insideTheDay).toBe(0);
  expect(lowerings(day.replicas)).toBe(0);
  // Of the first bell, asked for ten minutes before it: the pods were there within seconds.
  expect(ahead).toBeGreaterThan(8 * 60);
  expect(underFloor).toBe(0);
});

it('has its own timer: a floor is raised at its time without a word from anybody', async () => {
  await pass('07:49:50', 2);
  const setMs = performance.now();
  await day.stands(7);
  const [atLeast, atMost] = [5_000, 14_000];
  expect(performance.now() - setMs).toBeGreaterThan(atLeast);
  expect(performance.now() - setMs).toBeLessThan(atMost);
});

it('keeps the floor in class when the spec is edited, and says so', async () => {
  await pass('09:00', 7);
  await day.edit({ studentsPerReplica: 1_000 });
  await sleep(HEARD_MS);
  await day.stands(7);
  expect((await day.status()).schedule).toMatchObject({
    state: 'InClass',
    reason: expect.stringMatching(/^7 stand until nobody is in class; asked for: 1100 students/) as string,
    nextTransitionTime: new Date(timeOf('11:05')).toISOString().replace('.000', ''),
    nextFloor: 2,
  });
  expect(await scaleDownPolicy()).toBe('Disabled');
});

it('writes nothing when another operator takes over in class', async () => {
  const audit = new AuditLog(controlPlane.auditLog);
  await operator.kill('SIGTERM');
  const mark = await audit.mark();
  operator = await startOperator();
  await expect.poll(async () => operator.leads(), { timeout: 30_000 }).toBe(true);
  await sleep(2_000);
  const written = (await audit.requests(OPERATOR_USER, mark)).filter(isWrite);
  expect(written.filter(({ resource }) => resource !== 'leases')).toEqual([]);
  expect((await operator.metrics()).value('heroes_schedule_floor')).toBe(7);
});

it('lowers it when class is over', async () => {
  await pass('11:05', 2);
  expect(lowerings(day.floors)).toBe(2);
  expect(await scaleDownPolicy()).toBe('Max');
});

it('holds a manual floor until its end, which is no class', async () => {
  const prescale = { replicas: 8, until: new Date(timeOf('12:45')).toISOString(), reason: 'state tests' };
  await pass('12:00', 2);
  await day.edit({ prescale });
  await day.stands(8);
  expect((await day.status()).schedule).toMatchObject({ state: 'Idle', nextFloor: 2, prescale });
  const suspended = ['get', 'cronjob', `${KEY.name}-refresh`, '-n', KEY.namespace, '-o', 'jsonpath={.spec.suspend}'];
  expect(await kubectl(controlPlane.cluster, suspended)).toBe('true');
  await pass('12:45', 2);
  expect((await day.status()).schedule).not.toHaveProperty('prescale');
});

it('tells of the day in Events, the same words once', async () => {
  const EVENT = { apiVersion: 'v1', kind: 'Event', plural: 'events' };
  const { items } = await client.list(EVENT, { namespace: KEY.namespace });
  const ours = (items as unknown as { reason: string; message: string; involvedObject: { kind: string } }[]).filter(
    ({ involvedObject }) => involvedObject.kind === 'HeroesPlatform',
  );
  const told = ours.map(({ reason, message }) => `${reason}: ${message}`);
  expect(new Set(told).size).toBe(told.length);
  for (const expected of [
    'PreScaling: floor 7: 1400 students: high (regular period 1)',
    'ClassBegan: floor 7: 1400 students: high (regular period 1)',
    'ClassEnded: floor 2: nobody is in class',
    'PrescaleEnded: 8 by hand (state tests)',
  ])
    expect(told).toContain(expected);
  expect(ours.map(({ reason }) => reason)).not.toContain('ClassUnderFloor');
});

it.each([
  ['an end on no day', { until: '2026-11-31T15:00:00Z' }, /date-time/],
  ['a local time for an end', { until: '2026-11-30T15:00:00.0' }, /date-time|should match/],
  ['no reason', { reason: ' ' }, /should match/],
  ['more than there may be', { replicas: 13 }, /must not exceed api\.replicas\.max: ask for fewer or raise max/],
])('is refused a manual floor with %s, by the API server itself', async (_what, wrong, words) => {
  const prescale = { replicas: 8, until: '2026-11-30T15:00:00Z', reason: 'state tests', ...wrong };
  const refused = client.apply(PLATFORM, platform({ prescale }), { force: true, dryRun: true });
  await expect(refused).rejects.toThrow(words);
});
