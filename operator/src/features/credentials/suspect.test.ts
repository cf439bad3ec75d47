import { describe, expect, it } from 'vitest';
import { suspectCredentials, type WaitingPod } from './suspect.ts';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();

/** A pod that was put on a node so many seconds ago. */
const pod = (seconds: number, reason?: string): WaitingPod => ({
  status: {
    conditions: [
      { type: 'Initialized', status: 'True', lastTransitionTime: ago(9_999) },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(seconds) },
    ],
    containers: [{}, ...(reason === undefined ? [] : [{ waiting: { reason } }])],
  },
});

describe('suspectCredentials', () => {
  it.each(['ContainerCreating', 'PodInitializing', 'CreateContainerConfigError'])(
    'asks at once when a pod has been in %s for too long, and again after a minute',
    (reason) => {
      expect(suspectCredentials([pod(30, reason)], NOW_MS)).toEqual({ now: true, againAtMs: NOW_MS + 60_000 });
    },
  );

  it('gives a pod time to start', () => {
    expect(suspectCredentials([pod(10, 'ContainerCreating')], NOW_MS)).toEqual({
      now: false,
      againAtMs: NOW_MS + 20_000,
    });
  });

  it('goes by the pod that has waited longest', () => {
    const pods = [pod(1, 'ContainerCreating'), pod(25, 'PodInitializing'), pod(5, 'ContainerCreating')];
    expect(suspectCredentials(pods, NOW_MS)).toEqual({ now: false, againAtMs: NOW_MS + 5_000 });
  });

  it.each([
    ['there is no pod', []],
    ['every pod runs', [pod(900)]],
    ['an image cannot be pulled', [pod(900, 'ImagePullBackOff')]],
    ['a container crashes', [pod(900, 'CrashLoopBackOff')]],
    ['a pod has no status yet', [{}]],
    ['a pod has not been put on a node', [{ status: { containers: [{ waiting: { reason: 'ContainerCreating' } }] } }]],
  ])('does not look again when %s', (_what, pods) => {
    expect(suspectCredentials(pods, NOW_MS)).toEqual({ now: false });
  });

  it('does not count a pod that could not be put on a node', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', lastTransitionTime: ago(900) }];
    const containers = [{ waiting: { reason: 'ContainerCreating' } }];
    expect(suspectCredentials([{ status: { conditions, containers } }], NOW_MS)).toEqual({ now: false });
  });
});
