/** How Prometheus finds the API's pods. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { selectorLabels } from '../../platform/names.ts';

/** @returns the PodMonitor of the API (monitoring.coreos.com/v1). */
export function renderPodMonitor(platform: HeroesPlatform): Manifest {
  const metadata = childMetadata(platform, 'api', 'api');
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { ...metadata, labels: { ...platform.spec.observability.ruleLabels, ...metadata.labels } },
    spec: {
      selector: { matchLabels: selectorLabels(platform, 'api') },
      podMetricsEndpoints: [{ port: 'http', path: '/metrics', interval: '15s', scrapeTimeout: '10s' }],
    },
  };
}
