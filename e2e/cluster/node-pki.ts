/** The certificates of the embedded node, and the kubeconfigs of its components and of whoever uses it. */
import { join } from 'node:path';
import { DIRECTORIES, NODE, PORTS } from './layout.ts';
import { certifiedUser, ensurePki, writeKubeconfig, type Certificate } from './pki.ts';

const API_NAMES = [
  'DNS:localhost',
  'DNS:kubernetes',
  'DNS:kubernetes.default',
  'DNS:kubernetes.default.svc',
  'DNS:kubernetes.default.svc.cluster.local',
  'IP:127.0.0.1',
  `IP:${NODE.address}`,
  `IP:${NODE.serviceAddress}`,
].join(',');

const CERTIFICATES: readonly Certificate[] = [
  { name: 'apiserver', subject: '/CN=kube-apiserver', usage: 'serverAuth', names: API_NAMES },
  { name: 'apiserver-kubelet-client', subject: '/O=system:masters/CN=kube-apiserver', usage: 'clientAuth' },
  { name: 'front-proxy-client', subject: '/CN=front-proxy-client', usage: 'clientAuth', authority: 'front-proxy-ca' },
  {
    name: 'kubelet-server',
    subject: `/CN=${NODE.name}`,
    usage: 'serverAuth',
    names: `DNS:${NODE.name},IP:${NODE.address}`,
  },
  { name: 'admin', subject: '/O=system:masters/CN=admin', usage: 'clientAuth' },
  { name: 'kubelet', subject: `/O=system:nodes/CN=system:node:${NODE.name}`, usage: 'clientAuth' },
  { name: 'controller-manager', subject: '/CN=system:kube-controller-manager', usage: 'clientAuth' },
  { name: 'scheduler', subject: '/CN=system:kube-scheduler', usage: 'clientAuth' },
  { name: 'proxy', subject: '/CN=system:kube-proxy', usage: 'clientAuth' },
];

/** @returns the path of a file of the node's keys and certificates. */
export const nodePki = (name: string): string => join(DIRECTORIES.pki, name);

/** Makes the node's certificates, those that are missing. */
export const ensureNodePki = async (): Promise<void> => ensurePki(nodePki, CERTIFICATES);

const kubeconfig = (client: string, path: string, server: string): string =>
  writeKubeconfig(path, { server, authority: nodePki('ca.crt'), user: certifiedUser(nodePki, client) });

/** Writes the kubeconfig of a component inside the node. @returns its path. */
export const componentKubeconfig = (client: string): string =>
  kubeconfig(client, nodePki(`${client}.kubeconfig`), 'https://127.0.0.1:6443');

/** Writes the kubeconfig of the node's administrator on the host. */
export function writeAdminKubeconfig(path: string): void {
  kubeconfig('admin', path, `https://127.0.0.1:${PORTS.kubernetes}`);
}
