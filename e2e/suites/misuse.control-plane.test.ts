/** Every field of a platform is misused in every way that its schema suggests, one at a time, while the platform is served. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../control-plane/connect.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { grantRights } from '../control-plane/operator-rights.ts';
import { namespacedResources } from './convergence/inventory.ts';
import { grantLeases } from './convergence/tenant.ts';
import type { Attempt } from './misuse/attempt.ts';
import { Misuses } from './misuse/misuses.ts';

const BUDGET_MS = 15 * 60_000;

/** What is ended when the tests are, the last first. */
const opened = new AsyncDisposableStack();

let attempts: readonly Attempt[];

beforeAll(async () => {
  const controlPlane = await startControlPlane({
    name: 'misuse',
    portBase: 27_620,
    nodes: 4,
    volumes: 400,
    autoscalerSyncSeconds: 1,
  });
  opened.defer(controlPlane.stop);
  const { client } = opened.use(connect(controlPlane.kubeconfig, 'test'));
  await grantLeases(controlPlane);
  const estate = { controlPlane, client, token: await grantRights(controlPlane) };
  const misuses = new Misuses(estate, await namespacedResources(controlPlane.cluster));
  const startMs = performance.now();
  attempts = await misuses.all();
  const counts = [...Map.groupBy(attempts, ({ outcome }) => outcome)].map(
    ([outcome, all]) => `${all.length} ${outcome}`,
  );
  console.log(`misuse: ${attempts.length} misuses, ${counts.join(', ')}; ${seconds(startMs)} s`);
}, BUDGET_MS);

afterAll(async () => {
  await opened.disposeAsync();
});

const seconds = (sinceMs: number): string => ((performance.now() - sinceMs) / 1000).toFixed(0);

it('is refused, or converges, or is answered by a condition; then all is as before', () => {
  const faults = attempts.flatMap(({ field, what, outcome, faults: all }) =>
    all.map((fault) => `${field}, ${what}, ${outcome}: ${fault}`),
  );
  expect(faults).toEqual([]);
});

it('has the same outcome as before', async () => {
  const widths = [Math.max(...attempts.map(({ field }) => field.length)), 44];
  const lines = attempts.map(({ field, what, outcome }) =>
    [field.padEnd(widths[0] ?? 0), what.padEnd(widths[1] ?? 0), outcome].join('  '),
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('misuse/testdata/outcomes.txt');
});
