/** Valkey: what may be lost at any time, so a Deployment without a volume. */
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IService } from 'kubernetes-models/v1/Service';
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import { childMetadata, type Manifest } from '../../platform/manifest.ts';
import { childName, PORTS, selectorLabels } from '../../platform/names.ts';
import { canonicalQuantity, quantityValue } from '../../platform/quantity.ts';
import { container, credentialFiles, inputAnnotations, podTemplate, type Release } from '../../platform/pods.ts';
import { BELL_RELEASE, isAtLeast } from '../../platform/versions.ts';

const VALKEY_UNITS: Readonly<Record<string, string>> = { '': '', Ki: 'kb', Mi: 'mb', Gi: 'gb', k: 'k', M: 'm', G: 'g' };

/** @returns a Kubernetes quantity of bytes as Valkey writes it: `64Mi` is `64mb`, `64M` is `64m`; in bytes where it has no such form. */
export function valkeyMemory(quantity: string): string {
  const [, digits = '0', unit = ''] = /^(\d+)(\D*)$/.exec(quantity) ?? [];
  const known = quantity === `${digits}${unit}` ? VALKEY_UNITS[unit] : undefined;
  return known === undefined ? String(Math.ceil(quantityValue(quantity))) : `${digits}${known}`;
}

const MI = 2 ** 20;
const LEAST_LIMIT_MI = 256;
/** Quantities have 63 bits (k8s.io/apimachinery api/resource). */
const MOST_MI = 2 ** 42;

/** What Valkey holds beside its data (fragments, buffers of clients) is up to half as much again; less would end it. */
function memoryLimit(platform: HeroesPlatform): string {
  const dataMi = quantityValue(platform.spec.cache.embedded.maxMemory) / MI;
  return canonicalQuantity(`${Math.min(Math.max(LEAST_LIMIT_MI, Math.ceil(dataMi * 1.5) + 64), MOST_MI)}Mi`);
}

/** @returns valkey.conf: a cache that forgets the least recently used and writes nothing to disk. */
export function valkeyConf(platform: HeroesPlatform): string {
  return [
    `port ${PORTS.cache}`,
    'bind * -::*',
    'save ""',
    'appendonly no',
    `maxmemory ${valkeyMemory(platform.spec.cache.embedded.maxMemory)}`,
    'maxmemory-policy allkeys-lru',
    'dir /tmp',
    'include /etc/heroes/cache-auth/auth.conf',
    '',
  ].join('\n');
}

/** @returns the cache's objects, in the order in which they are applied. */
export function renderCache(platform: HeroesPlatform, release: Release): Manifest[] {
  return [configMap(platform), service(platform), deployment(platform, release)];
}

function configMap(platform: HeroesPlatform): Manifest & IConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(platform, 'cache', 'cache'),
    data: { 'valkey.conf': valkeyConf(platform) },
  };
}

function service(platform: HeroesPlatform): Manifest & IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(platform, 'cache', 'cache'),
    spec: {
      type: 'ClusterIP',
      selector: selectorLabels(platform, 'cache'),
      ports: [{ name: 'cache', port: PORTS.cache, targetPort: 'cache', protocol: 'TCP' }],
    },
  };
}

function deployment(platform: HeroesPlatform, { version, inputs }: Release): Manifest & IDeployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(platform, 'cache', 'cache'),
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selectorLabels(platform, 'cache') },
      template: podTemplate(platform, {
        component: 'cache',
        version,
        annotations: inputAnnotations(inputs),
        spec: {
          containers: [
            container(platform, {
              name: 'cache',
              image: 'cache',
              version,
              ports: [{ name: 'cache', containerPort: PORTS.cache, protocol: 'TCP' }],
              resources: resources(platform, version),
              readinessProbe: { tcpSocket: { port: 'cache' }, periodSeconds: 5, timeoutSeconds: 5 },
              livenessProbe: {
                tcpSocket: { port: 'cache' },
                periodSeconds: 30,
                timeoutSeconds: 10,
                failureThreshold: 3,
              },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/valkey/valkey.conf', subPath: 'valkey.conf', readOnly: true },
                { name: 'auth', mountPath: '/etc/heroes/cache-auth', readOnly: true },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            }),
          ],
          volumes: [
            { name: 'config', configMap: { name: childName(platform, 'cache') } },
            credentialFiles(inputs.secret, 'auth', ['auth.conf']),
            { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } },
          ],
        },
      }),
    },
  };
}

/** Each request at a bell asks it how often its sender has asked: where all cores are in use it must not come last. */
function resources(platform: HeroesPlatform, version: string) {
  const cpu = isAtLeast(version, BELL_RELEASE) ? '50m' : '20m';
  return { requests: { cpu, memory: '64Mi' }, limits: { memory: memoryLimit(platform) } };
}
