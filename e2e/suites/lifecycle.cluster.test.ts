/** A small platform of its own, through its life: drift, change, mistakes, deletion and return. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { EXAMPLE } from '../cluster/deploy.ts';
import { messageOf } from '../cluster/progress.ts';
import { apply, eventually, get, inApiPod, kube, list, waitFor } from './kube.ts';

const NS = 'lifecycle';
const NAME = 'small';

interface Platform {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly release: { readonly version: string } };
  readonly status: {
    readonly observedGeneration: number;
    readonly conditions: { type: string; status: string; reason: string; message: string }[];
  };
}

let version = '';
const platform = (spec: object = {}) => ({
  apiVersion: 'heroesinwaiting.com/v1alpha1',
  kind: 'HeroesPlatform',
  metadata: { name: NAME, namespace: NS },
  spec: {
    district: { displayName: 'Small', timeZone: 'America/Chicago' },
    release: { version },
    api: { replicas: { min: 1, max: 2 }, resources: { requests: { cpu: '50m', memory: '128Mi' } } },
    database: { embedded: { storage: '1Gi' } },
    backup: { repository: { volume: { size: '1Gi' } } },
    ...spec,
  },
});

const current = async (): Promise<Platform> => get<Platform>(NS, 'hp', NAME);
const ready = async (status: 'True' | 'False', reason?: string): Promise<void> => {
  await eventually(async () => {
    const { metadata, status: seen } = await current();
    expect(seen.observedGeneration).toBe(metadata.generation);
    const condition = seen.conditions.find(({ type }) => type === 'Ready');
    expect(condition).toMatchObject({ status, ...(reason === undefined ? {} : { reason }) });
  }, 240_000);
};
const podUids = async (): Promise<string[]> =>
  (await list(NS, 'pods', 'app.kubernetes.io/component=api')).map(({ metadata }) => metadata.uid).sort();

const post = async (path: string, body: object): Promise<{ status: number; body: Record<string, string> }> =>
  (await inApiPod(
    NS,
    NAME,
    `const response = await fetch('http://127.0.0.1:8080${path}', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))} });
     console.log(JSON.stringify({ status: response.status, body: await response.json() }));`,
  )) as { status: number; body: Record<string, string> };

beforeAll(async () => {
  version = (await get<Platform>('grand-bend', 'hp', 'grand-bend')).spec.release.version;
  await kube(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NS } }));
  await kube(['label', '--overwrite', 'ns', NS, 'pod-security.kubernetes.io/enforce=restricted']);
  await apply(platform());
  await ready('True');
}, 300_000);

afterAll(async () => {
  await kube(['delete', 'ns', NS, '--wait=false']);
});

describe('drift', () => {
  it.each([
    ['service', `${NAME}-api`],
    ['hpa', `${NAME}-api`],
    ['configmap', `${NAME}-pgbouncer`],
    ['networkpolicy', `${NAME}-api`],
  ])('a %s that is deleted comes back', async (kind, name) => {
    const { uid } = (await get(NS, kind, name)).metadata;
    await kube(['delete', kind, name, '-n', NS]);
    const tookMs = await eventually(async () => {
      expect((await get(NS, kind, name)).metadata.uid).not.toBe(uid);
    });
    console.log(`${kind} ${name} came back after ${tookMs.toFixed(0)} ms, kubectl's own time included`);
  });

  it('a child that is edited is put right', async () => {
    await kube(['patch', 'service', `${NAME}-api`, '-n', NS, '-p', '{"spec":{"ports":[{"port":80,"targetPort":1}]}}']);
    const tookMs = await eventually(async () => {
      const { spec } = await get<{ spec: { ports: object[] } }>(NS, 'service', `${NAME}-api`);
      expect(spec.ports).toMatchObject([{ port: 80, targetPort: 'http' }]);
    });
    console.log(`the Service was put right after ${tookMs.toFixed(0)} ms, kubectl's own time included`);
  });

  it('the credentials survive the loss of their labels', async () => {
    const before = await get<{ data: object }>(NS, 'secret', `${NAME}-credentials`);
    await kube(['label', 'secret', `${NAME}-credentials`, '-n', NS, 'app.kubernetes.io/managed-by-']);
    await eventually(async () => {
      const secret = await get<{ data: object; metadata: { labels: object } }>(NS, 'secret', `${NAME}-credentials`);
      expect(secret.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'heroes-operator' });
      expect(secret.data).toEqual(before.data);
    });
  });
});

describe('change', () => {
  it('a changed spec rolls the API', async () => {
    const before = await podUids();
    const change = platform();
    await apply({ ...change, spec: { ...change.spec, api: { ...change.spec.api, databasePoolSize: 10 } } });
    await ready('True');
    expect(await podUids()).not.toEqual(before);
  });

  it('a paused platform is left alone', async () => {
    await apply(platform({ paused: true }));
    await eventually(async () => {
      const { metadata, status } = await current();
      expect(status.observedGeneration).toBe(metadata.generation);
    });
    await kube(['delete', 'pdb', `${NAME}-api`, '-n', NS]);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await list(NS, 'pdb')).toHaveLength(0);
    await apply(platform({ paused: false }));
    await eventually(async () => {
      expect(await list(NS, 'pdb')).toHaveLength(1);
    });
    await ready('True');
  });
});

describe('mistakes', () => {
  const refused = async (spec: object): Promise<string> => {
    try {
      await apply(platform(spec));
    } catch (error) {
      return messageOf(error);
    }
    throw new Error('it was not refused');
  };

  it('are refused by the API server, with the remedy', async () => {
    expect(await refused({ api: { replicas: { min: 5, max: 2 } } })).toContain('raise max or lower min');
    expect(await refused({ database: { embedded: { storage: '5Gi' } } })).toContain('cannot be changed here');
    expect(await refused({ backup: { schedule: 'nightly' } })).toContain('spec.backup.schedule');
    expect(await refused({ district: { displayName: '', timeZone: 'UTC' } })).toContain('displayName');
  });

  it('that only the operator can see end in Ready=False, an Event, and running pods left alone', async () => {
    const before = await podUids();
    const { schedule } = (parse(readFileSync(EXAMPLE, 'utf8')) as { spec: { schedule: { calendars: object[] } } }).spec;
    const [first = {}] = schedule.calendars;
    const calendarDates = [{ date: '2026-12-02', event: 'EarlyDismissal', bellSchedule: 'nobody-defined-this' }];
    await apply(platform({ schedule: { calendars: [{ ...first, calendarDates }] } }));
    await ready('False', 'InvalidSchedule');
    const condition = (await current()).status.conditions.find(({ type }) => type === 'Ready');
    expect(condition?.message).toContain('nobody-defined-this');
    await eventually(async () => {
      const events = await kube([
        'get',
        'events',
        '-n',
        NS,
        '--field-selector',
        'reason=InvalidSchedule',
        '-o',
        'name',
      ]);
      expect(events.trim()).not.toBe('');
    });
    expect(await podUids()).toEqual(before);
    await kube(['patch', 'hp', NAME, '-n', NS, '--type=json', '-p', '[{"op":"remove","path":"/spec/schedule"}]']);
    await ready('True');
    expect(await podUids()).toEqual(before);
  });

  it('that the API server sees in a child change nothing', async () => {
    const before = await get(NS, 'hpa', `${NAME}-api`);
    const change = platform();
    const resources = { requests: { cpu: '2', memory: '128Mi' }, limits: { cpu: '1', memory: '1Gi' } };
    await apply({ ...change, spec: { ...change.spec, api: { replicas: { min: 2, max: 2 }, resources } } });
    await ready('False');
    expect((await get<{ spec: object }>(NS, 'hpa', `${NAME}-api`)).spec).toEqual(before.spec);
    await apply(change);
    await ready('True');
  });
});

describe('deletion', () => {
  it('finishes, removes the children, keeps the volumes, and a new one finds the old data', async () => {
    const { body: made } = await post('/v1/classrooms', { gradeLevel: 4 });
    await kube(['delete', 'hp', NAME, '-n', NS, '--timeout=60s']);
    await eventually(async () => {
      for (const kind of ['deploy', 'sts', 'service', 'secret', 'hpa', 'cronjob', 'networkpolicy', 'pods'])
        expect(await list(NS, kind, 'app.kubernetes.io/managed-by=heroes-operator'), kind).toHaveLength(0);
    }, 120_000);
    expect((await list(NS, 'pvc')).map(({ metadata }) => metadata.name).sort()).toEqual([
      `data-${NAME}-postgres-0`,
      `${NAME}-backup`,
    ]);
    await apply(platform());
    await ready('True');
    expect((await post('/v1/sessions', { code: made.code ?? '' })).status).toBe(201);
  });

  it('with deletionPolicy Delete removes the volumes too', async () => {
    await apply(platform({ deletionPolicy: 'Delete' }));
    await eventually(async () => {
      const { metadata, status } = await current();
      expect(status.observedGeneration).toBe(metadata.generation);
    });
    await waitFor(NS, `hp/${NAME}`, 'condition=Ready');
    await kube(['delete', 'hp', NAME, '-n', NS, '--timeout=60s']);
    await eventually(async () => {
      expect(await list(NS, 'pvc')).toHaveLength(0);
    }, 120_000);
  });
});
