import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { renderJobs } from './render.ts';

interface CronSpec {
  readonly schedule: string;
  readonly timeZone: string;
  readonly suspend: boolean;
  readonly concurrencyPolicy: string;
  readonly jobTemplate: {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
  };
}

interface Container {
  readonly args: readonly string[];
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

const jobs = (inSession: boolean, spec: object = {}) =>
  Object.fromEntries(
    renderJobs(platformWith(spec), { version: '0.2.0', secret: 'demo-credentials', inSession }).map((manifest) => {
      const cron = manifest.spec as CronSpec;
      const [container] = cron.jobTemplate.spec.template.spec.containers;
      return [manifest.metadata.name, { ...cron, container }];
    }),
  );

describe('renderJobs', () => {
  it('has one for each work, in the district’s time', () => {
    const all = jobs(true, { district: { displayName: 'x', timeZone: 'America/Chicago' } });
    expect(Object.entries(all).map(([name, { schedule, container }]) => [name, schedule, container?.args])).toEqual([
      ['demo-refresh', '3-58/5 * * * *', ['refresh']],
      ['demo-retention', '15 3 * * *', ['retention']],
      ['demo-audit', '52 * * * *', ['anchor-audit']],
    ]);
    for (const each of Object.values(all))
      expect(each).toMatchObject({ timeZone: 'America/Chicago', concurrencyPolicy: 'Forbid' });
  });

  it('refreshes only while school is in session', () => {
    const suspended = (inSession: boolean) => Object.values(jobs(inSession)).map(({ suspend }) => suspend);
    expect(suspended(true)).toEqual([false, false, false]);
    expect(suspended(false)).toEqual([true, false, false]);
  });

  it('tells the deletion the times that hold', () => {
    const { container } =
      jobs(true, { privacy: { retention: [{ class: 'CheckIn', maxAge: '10d' }] } })['demo-retention'] ?? {};
    const policy = container?.env.find(({ name }) => name === 'RETENTION_POLICY')?.value ?? '[]';
    const rules = JSON.parse(policy) as readonly { readonly class: string; readonly maxAge: string }[];
    expect(rules).toHaveLength(11);
    expect(rules.find((rule) => rule.class === 'CheckIn')?.maxAge).toBe('10d');
  });
});
