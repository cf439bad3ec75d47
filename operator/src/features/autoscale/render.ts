/**
 * The autoscaler: its floor is the bell schedule's. Above it the API container's own CPU decides, and how many requests a pod has in
 * flight: those that wait for something cost no CPU.
 */
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, REQUESTS_IN_FLIGHT } from '../../platform/names.ts';

/** Until the load of a class that has begun is in the metrics: scraped, averaged over a minute, and asked for. */
const SEEN_SECONDS = 120;
/** As Kubernetes has it for all: less would follow every pause of a teacher. */
const LEAST_WINDOW_SECONDS = 300;
/** What the API server takes. */
const MOST_WINDOW_SECONDS = 3600;
/** Gaps between periods over which a floor is kept unless a schedule says otherwise. */
const USUAL_GAP_MS = 20 * 60_000;

export interface Scaled {
  /** At most {@link maxReplicas}. */
  readonly floor: number;
  readonly maxReplicas: number;
  /** Whether it goes by requests in flight as well. */
  readonly byRequests: boolean;
  /** Whether pods that were added stay, whatever the load: classes are going on. */
  readonly keeps: boolean;
  /** Gaps between periods over which the calendar keeps its floor; milliseconds. */
  readonly gapMs?: number;
}

/** @returns the HorizontalPodAutoscaler with the floor as its minimum. */
export function renderAutoscaler(
  platform: HeroesPlatform,
  { floor, maxReplicas, byRequests, keeps, gapMs = USUAL_GAP_MS }: Scaled,
): Manifest & IHorizontalPodAutoscaler {
  const { autoscaling } = platform.spec.api;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: childMetadata(platform, 'api', 'api'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: childName(platform, 'api') },
      minReplicas: floor,
      maxReplicas,
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
        ...(byRequests ? [requestsInFlight(autoscaling.targetRequestsInFlight)] : []),
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
          stabilizationWindowSeconds: scaleDownWindowSeconds(gapMs),
          // One period is quieter than the next: what went in it would have to come back at a bell, late.
          selectPolicy: keeps ? 'Disabled' : 'Max',
          policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }],
        },
      },
    },
  };
}

type Metric = NonNullable<NonNullable<IHorizontalPodAutoscaler['spec']>['metrics']>[number];

const requestsInFlight = (target: number): Metric => ({
  type: 'Pods',
  pods: { metric: { name: REQUESTS_IN_FLIGHT }, target: { type: 'AverageValue', averageValue: String(target) } },
});

/**
 * The pods that one class needed are kept for the next one over any gap for which the calendar keeps its floor, so that what was added
 * on load does not go between two periods and come back late.
 */
function scaleDownWindowSeconds(gapMs: number): number {
  return Math.min(Math.max(gapMs / 1000 + SEEN_SECONDS, LEAST_WINDOW_SECONDS), MOST_WINDOW_SECONDS);
}
