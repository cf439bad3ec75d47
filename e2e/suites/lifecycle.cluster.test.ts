/** A small platform of its own, through its life: drift, change, mistakes, deletion and return. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { EXAMPLE } from '../cluster/deploy.ts';
import { messageOf } from '../cluster/progress.ts';
import { apply, eventually, get, kube, list, waitFor } from './kube.ts';
import { bootstrap, join, openClass } from './opened-class.ts';
import { NAME, SmallDistrict } from './small-district.ts';

const NS = 'lifecycle';

const district = new SmallDistrict(NS);

beforeAll(async () => district.create());
afterAll(async () => district.remove());

describe('drift', () => {
  it.each([
    ['service', `${NAME}-api`],
    ['service', `${NAME}-api-pods`],
    ['configmap', `${NAME}-edge`],
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
});

describe('change', () => {
  it('a changed spec rolls the API', async () => {
    const before = await district.podUids();
    const change = district.platform();
    await apply({ ...change, spec: { ...change.spec, api: { ...change.spec.api, databasePoolSize: 10 } } });
    await district.ready('True');
    expect(await district.podUids()).not.toEqual(before);
  });

  it('a paused platform is left alone', async () => {
    await apply(district.platform({ paused: true }));
    await eventually(async () => {
      const { metadata, status } = await district.current();
      expect(status.observedGeneration).toBe(metadata.generation);
    });
    await kube(['delete', 'pdb', `${NAME}-api`, '-n', NS]);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await list(NS, 'pdb', 'app.kubernetes.io/component=api')).toHaveLength(0);
    await apply(district.platform({ paused: false }));
    await eventually(async () => {
      expect(await list(NS, 'pdb', 'app.kubernetes.io/component=api')).toHaveLength(1);
    });
    await district.ready('True');
  });
});

describe('mistakes', () => {
  const refused = async (spec: object): Promise<string> => {
    try {
      await apply(district.platform(spec));
    } catch (error) {
      return messageOf(error);
    }
    throw new Error('it was not refused');
  };

  it('are refused by the API server, with the remedy', async () => {
    expect(await refused({ api: { replicas: { min: 5, max: 2 } } })).toContain('raise max or lower min');
    expect(await refused({ database: { embedded: { storage: '1Gi', storageClassName: 'other' } } })).toContain(
      'storageClassName cannot be changed',
    );
    expect(await refused({ backup: { schedule: 'nightly' } })).toContain('spec.backup.schedule');
    expect(await refused({ district: { displayName: '', timeZone: 'UTC' } })).toContain('displayName');
  });

  it('that only the operator can see end in Ready=False, an Event, and running pods left alone', async () => {
    const before = await district.rollout();
    const { schedule } = (parse(readFileSync(EXAMPLE, 'utf8')) as { spec: { schedule: { calendars: object[] } } }).spec;
    const [first = {}] = schedule.calendars;
    const periods = ['1', '2'].map((name) => ({ name, startTime: '08:00', endTime: '09:00' }));
    const bellSchedules = [{ name: 'all-at-once', periods }];
    await apply(district.platform({ schedule: { calendars: [{ ...first, bellSchedules, calendarDates: [] }] } }));
    await district.ready('False', 'InvalidSchedule');
    const condition = await district.condition('Ready');
    expect(condition?.message).toContain('of bell schedule "all-at-once"');
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
    expect(await district.rollout()).toEqual(before);
    await kube(['patch', 'hp', NAME, '-n', NS, '--type=json', '-p', '[{"op":"remove","path":"/spec/schedule"}]']);
    await district.ready('True');
    expect(await district.rollout()).toEqual(before);
  });

  it.each([
    ['grow where its class does not allow it', '5Gi', 'ChildRefused', 'resize'],
    ['shrink', '512Mi', 'VolumeCannotShrink', 'set it to 1Gi or more'],
  ])('a volume that is to %s stays as it is, and the spec can be put back', async (_what, storage, reason, words) => {
    const before = await district.rollout();
    await apply(district.platform({ database: { embedded: { storage } } }));
    await district.ready('False', reason);
    const condition = await district.condition('Ready');
    expect(condition?.message).toContain(words);
    await apply(district.platform());
    await district.ready('True');
    expect(await district.rollout()).toEqual(before);
  });

  it('that the API server sees in a child change nothing', async () => {
    const before = await get(NS, 'hpa', `${NAME}-api`);
    const change = district.platform();
    const resources = { requests: { cpu: '2', memory: '128Mi' }, limits: { cpu: '1', memory: '1Gi' } };
    await apply({ ...change, spec: { ...change.spec, api: { replicas: { min: 2, max: 2 }, resources } } });
    await district.ready('False');
    expect((await get<{ spec: object }>(NS, 'hpa', `${NAME}-api`)).spec).toEqual(before.spec);
    await apply(change);
    await district.ready('True');
  });
});

describe('deletion', () => {
  it('finishes, removes the children, keeps the volumes, and a new one finds the old data', async () => {
    const administrator = await bootstrap(district.ask, await district.bootstrapToken());
    const { code } = await openClass(district.ask, administrator);
    await kube(['delete', 'hp', NAME, '-n', NS, '--timeout=60s']);
    await eventually(async () => {
      for (const kind of ['deploy', 'sts', 'service', 'secret', 'hpa', 'cronjob', 'networkpolicy', 'pods'])
        expect(await list(NS, kind, 'app.kubernetes.io/managed-by=heroes-operator'), kind).toHaveLength(0);
    }, 120_000);
    expect((await list(NS, 'pvc')).map(({ metadata }) => metadata.name).sort()).toEqual([
      `data-${NAME}-postgres-0`,
      `${NAME}-backup`,
    ]);
    await apply(district.platform());
    await district.ready('True');
    await join(district.ask, code);
  });

  it('with deletionPolicy Delete removes the volumes too', async () => {
    await apply(district.platform({ deletionPolicy: 'Delete' }));
    await eventually(async () => {
      const { metadata, status } = await district.current();
      expect(status.observedGeneration).toBe(metadata.generation);
    });
    await waitFor(NS, `hp/${NAME}`, 'condition=Ready');
    await kube(['delete', 'hp', NAME, '-n', NS, '--timeout=120s']);
    // The platform is gone only once its data is.
    expect(await list(NS, 'pvc')).toHaveLength(0);
    const events = await kube(['get', 'events', '-n', NS, '--field-selector', 'reason=DataDeleted', '-o', 'name']);
    expect(events.trim()).not.toBe('');
  });
});
