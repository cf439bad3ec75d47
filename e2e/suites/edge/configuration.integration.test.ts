/** The edge's configuration, as HAProxy itself reads it, by the image that ships it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CERTIFICATE_FOLDER, CONFIG_FOLDER } from '@heroes/operator/features/edge/settings.ts';
import { capture, messageOf } from '../../cluster/progress.ts';
import { image, removeFolder, sharedFolder } from '../containers.ts';
import { confOf, putCertificate } from './edge.ts';

const GOLDENS = join(import.meta.dirname, '../../../operator/testdata/edge');

const folder = sharedFolder();
afterAll(() => {
  removeFolder(folder);
});

/** @returns what HAProxy has to say against it; nothing when it would start without a warning. */
async function faults(conf: string): Promise<string> {
  writeFileSync(join(folder, 'haproxy.cfg'), conf, { mode: 0o644 });
  const certificates = sharedFolder();
  await putCertificate(certificates, 'heroes.example.org');
  const mounts = [`${folder}:${CONFIG_FOLDER}:ro`, `${certificates}:${CERTIFICATE_FOLDER}:ro`];
  const argv = [
    'docker',
    ...['run', '--rm', '--network=none', '--entrypoint=haproxy'],
    ...['--env=DNS_SERVER=127.0.0.1:53', '--env=DNS_DOMAIN=test.svc.cluster.local'],
    ...mounts.flatMap((mount) => ['-v', mount]),
    ...[image('edge'), '-c', '-dW', '-f', `${CONFIG_FOLDER}/haproxy.cfg`],
  ] as const;
  try {
    await capture(argv);
    return '';
  } catch (error) {
    return messageOf(error);
  } finally {
    removeFolder(certificates);
  }
}

const PROXIES = Array.from({ length: 32 }, (_, index) =>
  index % 2 === 0 ? `2001:db8:${index}:1111:2222:3333:4444:5555/128` : `192.168.${index}.0/24`,
);

describe('HAProxy', () => {
  it.each([
    ['the least', {}],
    ['a certificate', { edge: { tls: { secretName: 'x' } } }],
    ['proxies in front, as many as there may be', { network: { trustedProxies: PROXIES } }],
    [
      'as many API pods as there may be',
      { api: { replicas: { min: 1, max: 100 } }, database: { embedded: { maxConnections: 2000 } } },
    ],
    [
      'the largest pods',
      { edge: { resources: { requests: {}, limits: { cpu: '64', memory: '64Gi' } }, tls: { secretName: 'x' } } },
    ],
  ])('reads without a warning what is rendered of %s', async (_what, spec) => {
    expect(await faults(confOf(spec))).toBe('');
  });

  it.each(readdirSync(GOLDENS))('reads %s', async (name) => {
    expect(await faults(readFileSync(join(GOLDENS, name), 'utf8'))).toBe('');
  });

  it('would say so of what it does not understand', async () => {
    expect(await faults(confOf({}).replace('balance leastconn', 'balance fairly'))).toContain('balance only supports');
  });
});
