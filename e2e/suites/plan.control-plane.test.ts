/** `kubectl heroes plan` against a real API server: what it says, and that it changes nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { $ } from 'zx';
import { kubectl } from '../cluster/kubectl.ts';
import { ROOT } from '../cluster/layout.ts';
import { isWrite } from '../control-plane/api-request.ts';
import { AuditLog, type Mark } from '../control-plane/audit.ts';
import { startControlPlane, type ControlPlane } from '../control-plane/control-plane.ts';
import { OperatorProcess } from '../control-plane/operator-process.ts';
import { grantRights } from '../control-plane/operator-rights.ts';

const NS = 'planned';
/** Whom an administrator's certificate names. */
const ADMIN = 'admin';

const platform = (spec: object = {}, namespace = NS) => ({
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  metadata: { name: 'small', namespace },
  spec: {
    district: { displayName: 'Small', timeZone: 'UTC' },
    release: { version: '0.1.0' },
    api: { replicas: { min: 2, max: 4 } },
    ...spec,
  },
});

let controlPlane: ControlPlane;
let operator: OperatorProcess;
let settled: Mark;
let audit: AuditLog;

const kube = async (args: readonly string[], input?: string): Promise<string> =>
  kubectl(controlPlane.cluster, args, input);

beforeAll(async () => {
  controlPlane = await startControlPlane({ name: 'plan', portBase: 27_120, nodes: 2, volumes: 2, audit: true });
  operator = await OperatorProcess.start({ controlPlane, token: await grantRights(controlPlane) });
  await kube(['create', 'namespace', NS]);
  await kube(['apply', '-f', '-'], JSON.stringify(platform()));
  await kube(['wait', 'hp/small', '-n', NS, '--for=condition=Ready', '--timeout=90s']);
  audit = new AuditLog(controlPlane.auditLog);
  settled = await audit.mark();
});

afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await controlPlane.stop();
});

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function plan(...args: readonly string[]): Promise<Said> {
  const command = [join(ROOT, 'operator/src/cli/kubectl-heroes.ts'), 'plan', ...args];
  const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfig };
  return $({ env, nothrow: true, quiet: true })`node ${command}`;
}

async function planOf(object: object, ...args: readonly string[]): Promise<Said> {
  const file = join(controlPlane.place.folder, 'planned.yaml');
  writeFileSync(file, JSON.stringify(object));
  return plan('-f', file, ...args);
}

describe('kubectl heroes plan', () => {
  it('finds nothing to do for a platform that is as it should be', async () => {
    const { exitCode, stdout } = await plan('small', '-n', NS);
    expect(stdout).toMatch(/^Plan for planned\/small\n {2}2\d unchanged\nNo pod restarts\.\n$/);
    expect(exitCode).toBe(0);
  });

  it('shows each field that would change, and which pods would restart for it', async () => {
    const { exitCode, stdout } = await planOf(
      platform({ api: { replicas: { min: 3, max: 4 }, databasePoolSize: 10 } }),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('~ HorizontalPodAutoscaler small-api\n    spec.minReplicas: 2 → 3\n');
    expect(stdout).toContain('spec.template.spec.containers[api].env[DATABASE_POOL_SIZE].value: 20 → 10');
    expect(stdout).toContain('      + max_client_conn = 20');
    expect(stdout).toMatch(/Deployment small-api replaces its 2 pods for spec\.template\./);
    expect(stdout).not.toMatch(/StatefulSet|small-cache/);
  });

  it('says what a new release leads to once its migration has succeeded', async () => {
    const { stdout } = await planOf(platform({ release: { version: '0.2.0' } }));
    expect(stdout).toMatch(/\+ Job small-migrate-0-2-0-/);
    expect(stdout).toContain('image: heroes-api:0.1.0 → heroes-api:0.2.0');
  });

  it('tells what would be removed, and what a change of size does to the database', async () => {
    const spec = { observability: { podMonitor: false }, database: { embedded: { storage: '20Gi' } } };
    const { stdout } = await planOf(platform(spec));
    expect(stdout).toContain('- PodMonitor small-api\n');
    expect(stdout).toContain('~ PersistentVolumeClaim data-small-postgres-0\n');
    expect(stdout).toContain(
      '± StatefulSet small-postgres: made anew\n    it is made anew and takes over its pods, which go on',
    );
  });

  it('says the same for machines', async () => {
    const { stdout } = await planOf(platform({ api: { replicas: { min: 3, max: 4 } } }), '-o', 'json');
    const { steps } = JSON.parse(stdout) as { steps: { object: string; action: string; differences: object[] }[] };
    expect(steps.filter(({ action }) => action !== 'none')).toEqual([
      {
        object: 'HorizontalPodAutoscaler small-api',
        action: 'change',
        differences: [{ path: 'spec.minReplicas', before: 2, after: 3 }],
        notes: [],
      },
    ]);
  });

  it.each([
    [
      'a spec that the API server refuses',
      platform({ api: { replicas: { min: 9, max: 2 } } }),
      'raise max or lower min',
    ],
    [
      'one that only the operator can judge',
      platform({ api: { replicas: { min: 3, max: 90 } } }),
      'lower api.replicas.max to',
    ],
    ['a namespace that is not there', platform({}, 'nowhere'), 'namespaces "nowhere" not found: create it first'],
  ])('ends with 1 and one line for %s', async (_what, object, words) => {
    const { exitCode, stdout, stderr } = await planOf(object);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(words);
    expect(stderr.trim()).not.toContain('\n');
  });

  it('names the remedy for a platform that is not there, and for words that do not fit', async () => {
    expect((await plan('absent', '-n', NS)).stderr).toContain('kubectl get hp -A lists them');
    expect((await plan()).stderr).toContain('Name a HeroesPlatform, or a file with -f');
  });

  it('writes nothing, whatever it is asked', async () => {
    const requests = await audit.requests(ADMIN, settled);
    expect(requests.length).toBeGreaterThan(50);
    expect(requests.filter(isWrite)).toEqual([]);
  });
});
