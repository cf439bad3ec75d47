import { describe, expect, it } from 'vitest';
import { standingFloor } from './facts.ts';
import type { Live } from './observed.ts';
import { platformWith, UID } from './testing/platforms.ts';

const child = (kind: string, more: Partial<Live> = {}, owner = UID): Live => ({
  apiVersion: 'x/v1',
  kind,
  metadata: { name: 'demo-api', ownerReferences: [{ uid: owner }] },
  ...more,
});
const DEPLOYMENT = child('Deployment');
const autoscaler = (minReplicas?: number, owner = UID): Live =>
  child('HorizontalPodAutoscaler', minReplicas === undefined ? {} : { minReplicas }, owner);

const standing = (children: readonly Live[], floor?: number): number | undefined => {
  const schedule = { state: 'InClass' as const, floor: floor ?? 0, reason: 'why' };
  const platform = { ...platformWith(), ...(floor === undefined ? {} : { status: { schedule } }) };
  return standingFloor({
    platform,
    children,
    pods: [],
    credentialsLost: false,
    monitoring: false,
    requestMetrics: false,
  });
};

describe('the floor that stands', () => {
  it('is the minimum that we have set, whatever the status says, which may be behind', () => {
    expect(standing([DEPLOYMENT, autoscaler(8)], 3)).toBe(8);
  });

  it('is what the status says where the autoscaler is gone, or its minimum was set by another', () => {
    expect(standing([DEPLOYMENT], 8)).toBe(8);
    expect(standing([DEPLOYMENT, autoscaler()], 8)).toBe(8);
  });

  it('is none before there were pods, and none of a platform that had the name before', () => {
    expect(standing([], 8)).toBeUndefined();
    expect(standing([DEPLOYMENT, autoscaler(8, 'uid-0')])).toBeUndefined();
  });
});
