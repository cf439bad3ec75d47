/** Where everything of the embedded cluster is: directories, sockets, addresses, ports. */
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Data that outlives a stop: caches, images, the node's disks. */
export const HOME = process.env.HEROES_HOME ?? '/var/lib/heroes-in-waiting';
/** Sockets and pid files. */
export const RUN = '/run/heroes-in-waiting';

export const DIRECTORIES = {
  cache: join(HOME, 'cache'),
  cluster: join(HOME, 'cluster'),
  docker: join(HOME, 'docker'),
  logs: join(HOME, 'logs'),
  pki: join(HOME, 'cluster/pki'),
  volumes: join(HOME, 'cluster/volumes'),
} as const;

/** What users of the cluster read: the kubeconfig and links to kubectl and helm. */
export const WORKSPACE = join(ROOT, '.heroes');
export const KUBECONFIG = join(WORKSPACE, 'kubeconfig');

export const DOCKER_SOCKET = join(RUN, 'docker.sock');
export const CONTAINERD_SOCKET = join(RUN, 'containerd.sock');

export const NAMESPACE = 'heroes-in-waiting';
export const NODE = {
  name: 'embedded',
  address: '10.200.0.1',
  link: 'node0',
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
  serviceAddress: '10.96.0.1',
  dnsAddress: '10.96.0.10',
} as const;

/** Ports on loopback, by which the host reaches into the node's network namespace. */
export const PORTS = {
  kubernetes: 26443,
  api: 28080,
  prometheus: 29090,
  /** Of the district that a bench is about. */
  bench: 28081,
  benchDatabase: 28082,
} as const;
