/** Keys, certificates, and the kubeconfigs made of them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { capture } from './progress.ts';

const DAYS = '3650';

export interface Certificate {
  readonly name: string;
  /** As openssl wants it: /O=…/CN=… */
  readonly subject: string;
  readonly usage: 'clientAuth' | 'serverAuth';
  /** Subject alternative names, as openssl wants them. */
  readonly names?: string;
  /** Who signs it; `ca` unless given. */
  readonly authority?: string;
}

/** @returns the path of a key or certificate, by its file's name. */
export type PkiFile = (name: string) => string;

/** Makes what is missing; what exists stays, so that a cluster that was stopped opens its old data. */
export async function ensurePki(file: PkiFile, certificates: readonly Certificate[]): Promise<void> {
  mkdirSync(join(file('ca.crt'), '..'), { recursive: true, mode: 0o700 });
  for (const authority of new Set(certificates.map(authorityOf))) await ensureAuthority(file, authority);
  if (!existsSync(file('sa.pub'))) {
    await capture(['openssl', 'genrsa', '-out', file('sa.key'), '2048']);
    await capture(['openssl', 'rsa', '-in', file('sa.key'), '-pubout', '-out', file('sa.pub')]);
  }
  for (const certificate of certificates) await ensureCertificate(file, certificate);
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

const authorityOf = ({ authority = 'ca' }: Certificate): string => authority;

async function ensureAuthority(file: PkiFile, name: string): Promise<void> {
  if (existsSync(file(`${name}.crt`))) return;
  const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
  await capture(['openssl', 'req', '-x509', ...newKey, '-days', DAYS, '-subj', `/CN=${name}`, ...files]);
}

async function ensureCertificate(file: PkiFile, certificate: Certificate): Promise<void> {
  const { name, subject, usage, names } = certificate;
  if (existsSync(file(`${name}.crt`))) return;
  const authority = authorityOf(certificate);
  const request = file(`${name}.csr`);
  const extensions = file(`${name}.ext`);
  writeFileSync(extensions, `extendedKeyUsage=${usage}\n${names === undefined ? '' : `subjectAltName=${names}\n`}`);
  await capture(['openssl', 'req', ...newKey, '-subj', subject, '-keyout', file(`${name}.key`), '-out', request]);
  const signer = ['-CA', file(`${authority}.crt`), '-CAkey', file(`${authority}.key`), '-CAcreateserial'];
  const output = ['-days', DAYS, '-extfile', extensions, '-out', file(`${name}.crt`)];
  await capture(['openssl', 'x509', '-req', '-in', request, ...signer, ...output]);
}

/** Who a kubeconfig speaks for: a client certificate, or a token. */
export type User =
  { readonly 'client-certificate-data': string; readonly 'client-key-data': string } | { readonly token: string };

const base64 = (path: string): string => readFileSync(path).toString('base64');

/** @returns the user that a client certificate stands for. */
export const certifiedUser = (file: PkiFile, client: string): User => ({
  'client-certificate-data': base64(file(`${client}.crt`)),
  'client-key-data': base64(file(`${client}.key`)),
});

export interface KubeconfigParts {
  readonly server: string;
  /** Path of the certificate that the server's is signed with; of no use to a server that speaks plain HTTP. */
  readonly authority: string;
  readonly user: User;
}

/** Writes a kubeconfig. @returns its path. */
export function writeKubeconfig(path: string, { server, authority, user }: KubeconfigParts): string {
  const trust = server.startsWith('http:')
    ? { 'insecure-skip-tls-verify': true }
    : { 'certificate-authority-data': base64(authority) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'heroes',
    clusters: [{ name: 'heroes', cluster: { server, ...trust } }],
    users: [{ name: 'heroes', user }],
    contexts: [{ name: 'heroes', context: { cluster: 'heroes', user: 'heroes' } }],
  };
  writeFileSync(path, stringify(config), { mode: 0o600 });
  return path;
}
