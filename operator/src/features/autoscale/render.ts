/** The autoscaler: its floor is the bell schedule's, above it the API container's own CPU decides. */
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName } from '../../platform/names.ts';

/** Longer than a class change, so that the lull between two periods does not cost the pods the next one needs. */
const SCALE_DOWN_WINDOW_SECONDS = 900;

/** @returns the HorizontalPodAutoscaler with the floor as its minimum. */
export function renderAutoscaler(platform: HeroesPlatform, floor: number): Manifest & IHorizontalPodAutoscaler {
  const { replicas, autoscaling } = platform.spec.api;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: childMetadata(platform, 'api', 'api'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: childName(platform, 'api') },
      minReplicas: floor,
      maxReplicas: Math.max(replicas.max, floor),
      metrics: [
        {
          type: 'ContainerResource',
          // The API container's alone: a sidecar's idle CPU would dilute the pod's average.
          containerResource: {
            name: 'cpu',
            container: 'api',
            target: { type: 'Utilization', averageUtilization: autoscaling.targetCPUUtilization },
          },
        },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 15 },
            { type: 'Pods', value: 4, periodSeconds: 15 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: SCALE_DOWN_WINDOW_SECONDS,
          selectPolicy: 'Max',
          policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }],
        },
      },
    },
  };
}
