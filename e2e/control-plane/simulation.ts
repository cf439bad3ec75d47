/** What a cluster has that is only simulated here: nodes, whose kubelets kwok plays, and volumes that nobody mounts. */
import type { KubeObject, Resource } from '@heroes/operator/kube/resource.ts';
import { connect, eachOf } from './connect.ts';

export interface Simulated {
  readonly nodes: number;
  /** PersistentVolumes, each for one claim. */
  readonly volumes: number;
}

const NODE: Resource = { apiVersion: 'v1', kind: 'Node', plural: 'nodes' };
const VOLUME: Resource = { apiVersion: 'v1', kind: 'PersistentVolume', plural: 'persistentvolumes' };
const CLASS: Resource = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', plural: 'storageclasses' };

const CLASS_NAME = 'simulated';
const ZONES = 3;
const CONCURRENCY = 32;

/** Makes the nodes, the default storage class and its volumes. */
export async function simulate(kubeconfig: string, { nodes, volumes }: Simulated): Promise<void> {
  await using connection = connect(kubeconfig, 'control-plane');
  const { client } = connection;
  await client.apply(CLASS, storageClass(), { force: true });
  const many = async (resource: Resource, count: number, make: (index: number) => KubeObject): Promise<void> => {
    const objects = Array.from({ length: count }, (_, index) => make(index));
    await eachOf(objects, CONCURRENCY, async (object) => client.apply(resource, object, { force: true }));
  };
  await many(NODE, nodes, node);
  await many(VOLUME, volumes, volume);
}

function node(index: number): KubeObject {
  const name = `simulated-${index}`;
  const labels = {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'topology.kubernetes.io/zone': `zone-${index % ZONES}`,
  };
  return { apiVersion: NODE.apiVersion, kind: NODE.kind, metadata: { name, labels }, spec: {} };
}

function storageClass(): KubeObject {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  return {
    apiVersion: CLASS.apiVersion,
    kind: CLASS.kind,
    metadata: { name: CLASS_NAME, annotations },
    provisioner: 'kubernetes.io/no-provisioner',
    allowVolumeExpansion: true,
    // Bound by the controllers, which do it in passing; the scheduler would wait for each pod's claims in turn.
    volumeBindingMode: 'Immediate',
  };
}

function volume(index: number): KubeObject {
  const name = `simulated-${index}`;
  return {
    apiVersion: VOLUME.apiVersion,
    kind: VOLUME.kind,
    metadata: { name },
    spec: {
      storageClassName: CLASS_NAME,
      capacity: { storage: '1Ti' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: `/nowhere/${name}` },
    },
  };
}
