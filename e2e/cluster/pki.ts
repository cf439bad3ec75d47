/** The cluster's certificates and the kubeconfigs made of them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DIRECTORIES, NODE, PORTS } from './layout.ts';
import { capture } from './progress.ts';

const DAYS = '3650';

interface Certificate {
  readonly name: string;
  /** As openssl wants it: /O=…/CN=… */
  readonly subject: string;
  readonly usage: 'clientAuth' | 'serverAuth';
  readonly names?: string;
}

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
  { name: 'front-proxy-client', subject: '/CN=front-proxy-client', usage: 'clientAuth' },
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

/** @returns the path of a file of the cluster's keys and certificates. */
export const pkiFile = (name: string): string => join(DIRECTORIES.pki, name);

/** Makes what is missing; what exists stays, so that a cluster that was stopped opens its old data. */
export async function ensurePki(): Promise<void> {
  mkdirSync(DIRECTORIES.pki, { recursive: true, mode: 0o700 });
  for (const authority of ['ca', 'front-proxy-ca']) await ensureAuthority(authority);
  if (!existsSync(pkiFile('sa.pub'))) {
    await capture(['openssl', 'genrsa', '-out', pkiFile('sa.key'), '2048']);
    await capture(['openssl', 'rsa', '-in', pkiFile('sa.key'), '-pubout', '-out', pkiFile('sa.pub')]);
  }
  for (const certificate of CERTIFICATES) await ensureCertificate(certificate);
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

async function ensureAuthority(name: string): Promise<void> {
  if (existsSync(pkiFile(`${name}.crt`))) return;
  const files = ['-keyout', pkiFile(`${name}.key`), '-out', pkiFile(`${name}.crt`)];
  await capture(['openssl', 'req', '-x509', ...newKey, '-days', DAYS, '-subj', `/CN=${name}`, ...files]);
}

async function ensureCertificate({ name, subject, usage, names }: Certificate): Promise<void> {
  if (existsSync(pkiFile(`${name}.crt`))) return;
  const authority = name === 'front-proxy-client' ? 'front-proxy-ca' : 'ca';
  const request = pkiFile(`${name}.csr`);
  const extensions = pkiFile(`${name}.ext`);
  writeFileSync(extensions, `extendedKeyUsage=${usage}\n${names === undefined ? '' : `subjectAltName=${names}\n`}`);
  await capture(['openssl', 'req', ...newKey, '-subj', subject, '-keyout', pkiFile(`${name}.key`), '-out', request]);
  const signer = ['-CA', pkiFile(`${authority}.crt`), '-CAkey', pkiFile(`${authority}.key`), '-CAcreateserial'];
  const output = ['-days', DAYS, '-extfile', extensions, '-out', pkiFile(`${name}.crt`)];
  await capture(['openssl', 'x509', '-req', '-in', request, ...signer, ...output]);
}

/** Writes a kubeconfig for one of the clients. @returns its path. */
export function writeKubeconfig(client: string, { path, server }: { path: string; server: string }): string {
  const base64 = (file: string): string => readFileSync(pkiFile(file)).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'heroes',
    clusters: [{ name: 'heroes', cluster: { server, 'certificate-authority-data': base64('ca.crt') } }],
    users: [
      {
        name: client,
        user: { 'client-certificate-data': base64(`${client}.crt`), 'client-key-data': base64(`${client}.key`) },
      },
    ],
    contexts: [{ name: 'heroes', context: { cluster: 'heroes', user: client } }],
  };
  writeFileSync(path, stringify(config), { mode: 0o600 });
  return path;
}

/** @returns the path of the kubeconfig of a component inside the node. */
export const componentKubeconfig = (client: string): string =>
  writeKubeconfig(client, { path: pkiFile(`${client}.kubeconfig`), server: 'https://127.0.0.1:6443' });

/** URL of the API server on the host. */
export const HOST_SERVER = `https://127.0.0.1:${PORTS.kubernetes}`;
