import { describe, expect, it } from 'vitest';
import type { Resource } from '../kube/resource.ts';
import { RecordingLogger } from '../kube/testing/recording-logger.ts';
import { RequestMetrics } from './request-metrics.ts';

/** @param answers - what each question is answered with, in turn; the last one from then on */
function asking(...answers: readonly (boolean | Error)[]) {
  const asked: string[] = [];
  let turn = 0;
  let changes = 0;
  const serves = async ({ apiVersion, plural }: Resource): Promise<boolean> => {
    asked.push(`${apiVersion} ${plural}`);
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? false);
  };
  const log = new RecordingLogger();
  const changed = (): void => {
    changes += 1;
  };
  const metrics = new RequestMetrics({ client: { serves }, changed, log });
  return { metrics, asked, log, changes: () => changes };
}

describe('whether requests in flight are served', () => {
  it('is not known before it was asked', () => {
    expect(asking(true).metrics.served).toBeUndefined();
  });

  it('is asked for in the versions that autoscalers know, until one is served', async () => {
    const { metrics, asked } = asking(false, true);
    await metrics.look();
    expect(metrics.served).toBe(true);
    expect(asked).toEqual([
      'custom.metrics.k8s.io/v1beta2 pods/http_requests_in_flight',
      'custom.metrics.k8s.io/v1beta1 pods/http_requests_in_flight',
    ]);
  });

  it('is told of when it changes, and only then', async () => {
    const { metrics, changes } = asking(false, false, false, false, true, true);
    await metrics.look();
    expect([metrics.served, changes()]).toEqual([false, 1]);
    await metrics.look();
    expect(changes()).toBe(1);
    await metrics.look();
    await metrics.look();
    expect([metrics.served, changes()]).toEqual([true, 2]);
  });

  it('stays as it was while it cannot be asked, as when the adapter is away', async () => {
    const { metrics, changes, log } = asking(true, new Error('503 service unavailable'));
    await metrics.look();
    await metrics.look();
    expect([metrics.served, changes()]).toEqual([true, 1]);
    expect(JSON.stringify(log)).toContain('503 service unavailable');
  });

  it('is not known where it never could be asked', async () => {
    const { metrics, changes } = asking(new Error('refused'));
    await metrics.look();
    expect([metrics.served, changes()]).toEqual([undefined, 0]);
  });
});
