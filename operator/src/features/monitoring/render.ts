/** How Prometheus finds the pods of the API and of the edge. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { selectorLabels, type Component } from '../../platform/names.ts';
import { BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';

const SCRAPED = { path: '/metrics', interval: '15s', scrapeTimeout: '10s' } as const;

/** HAProxy has a slot for each pod that there could be: those that stand empty are left out. */
const EDGE_PARAMS = { scope: ['global', 'frontend', 'backend', 'server', 'sticktable'], 'no-maint': [''] };

/** @returns the PodMonitors (monitoring.coreos.com/v1). */
export function renderPodMonitors(platform: HeroesPlatform): Manifest[] {
  const hasEdge = isAtLeast(platform.spec.release.version, BELL_RELEASE);
  return [
    podMonitor(platform, 'api', { port: 'http', ...SCRAPED }),
    ...(hasEdge ? [podMonitor(platform, 'edge', { port: 'metrics', ...SCRAPED, params: EDGE_PARAMS })] : []),
  ];
}

function podMonitor(platform: HeroesPlatform, component: Component, endpoint: object): Manifest {
  const metadata = childMetadata(platform, component, component);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { ...metadata, labels: { ...platform.spec.observability.ruleLabels, ...metadata.labels } },
    spec: { selector: { matchLabels: selectorLabels(platform, component) }, podMetricsEndpoints: [endpoint] },
  };
}
