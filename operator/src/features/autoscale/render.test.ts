import { describe, expect, it } from 'vitest';
import { platformWith } from '../../platform/testing/platforms.ts';
import { renderAutoscaler, type Scaled } from './render.ts';

const rendered = (scaled: Partial<Scaled> = {}, api: object = {}) => {
  return renderAutoscaler(platformWith({ api }), {
    floor: 3,
    maxReplicas: 12,
    byRequests: true,
    keeps: false,
    ...scaled,
  }).spec;
};

const CPU = {
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: 'api', target: { type: 'Utilization', averageUtilization: 60 } },
};

describe('the autoscaler', () => {
  it("goes by the API container's CPU and by requests in flight of a pod", () => {
    expect(rendered().metrics).toEqual([
      CPU,
      {
        type: 'Pods',
        pods: { metric: { name: 'http_requests_in_flight' }, target: { type: 'AverageValue', averageValue: '8' } },
      },
    ]);
    expect(rendered({}, { autoscaling: { targetRequestsInFlight: 20 } }).metrics?.[1]?.pods?.target).toEqual({
      type: 'AverageValue',
      averageValue: '20',
    });
  });

  it('goes by CPU alone where nobody tells of requests', () => {
    expect(rendered({ byRequests: false }).metrics).toEqual([CPU]);
  });

  it('has the floor as its minimum', () => {
    expect(rendered({ floor: 5 })).toMatchObject({ minReplicas: 5, maxReplicas: 12 });
  });

  it('takes no pod away while classes are going on, and adds them as ever', () => {
    const [during, after] = [rendered({ keeps: true }).behavior, rendered({ keeps: false }).behavior];
    expect(during?.scaleDown).toEqual({ ...after?.scaleDown, selectPolicy: 'Disabled' });
    expect(after?.scaleDown?.selectPolicy).toBe('Max');
    expect(during?.scaleUp).toEqual(after?.scaleUp);
  });

  const MINUTE_MS = 60_000;
  it.each([
    ['no schedule', undefined, 22 * 60],
    ['gaps of 20 minutes', 20 * MINUTE_MS, 22 * 60],
    ['gaps of 45 minutes', 45 * MINUTE_MS, 47 * 60],
    ['no gaps', 0, 300],
    ['gaps of three hours', 180 * MINUTE_MS, 3600],
  ])('takes no pod away within the gaps that the calendar bridges: %s', (_what, gapMs, seconds) => {
    const { behavior } = rendered(gapMs === undefined ? {} : { gapMs });
    expect(behavior?.scaleDown?.stabilizationWindowSeconds).toBe(seconds);
  });
});
