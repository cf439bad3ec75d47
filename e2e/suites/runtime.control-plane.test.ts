/** The operator's runtime against a real API server and controllers: one platform, from its creation to its end. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLE } from '../cluster/deploy.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { isWrite } from '../control-plane/api-request.ts';
import { AuditLog } from '../control-plane/audit.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/control-plane.ts';
import { OperatorProcess } from '../control-plane/operator-process.ts';
import { grantRights, OPERATOR_USER } from '../control-plane/operator-rights.ts';

const NAME = 'grand-bend';

let controlPlane: ControlPlane;
let operator: OperatorProcess;

const kube = async (...args: string[]): Promise<string> => kubectl(controlPlane.cluster, args);

beforeAll(async () => {
  controlPlane = await startControlPlane({ name: 'runtime', portBase: 27_100, nodes: 3, volumes: 4, audit: true });
  operator = await OperatorProcess.start({ controlPlane, token: await grantRights(controlPlane) });
  await operator.ready();
});

afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await controlPlane.stop();
});

it('brings a platform to Ready', async () => {
  await kube('create', 'namespace', NAME);
  await kubectl(controlPlane.cluster, ['apply', '-f', '-'], readFileSync(EXAMPLE, 'utf8'));
  await kube('wait', `hp/${NAME}`, '-n', NAME, '--for=condition=Ready', '--timeout=90s');
  const ready = await kube('get', 'deployment', `${NAME}-api`, '-n', NAME, '-o', 'jsonpath={.status.readyReplicas}');
  expect(ready).toBe('3');
});

it('was refused nothing: the chart gives it every right that it needs', async () => {
  const requests = await new AuditLog(controlPlane.auditLog).requests(OPERATOR_USER, 0);
  expect(requests.filter(isWrite).length).toBeGreaterThan(20);
  expect(requests.filter(({ status }) => status === 403)).toEqual([]);
});

it('ends with 0 when it is asked to', async () => {
  expect(await operator.kill('SIGTERM')).toMatchObject({ code: 0, signal: null });
});
