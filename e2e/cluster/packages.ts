/** Debian packages that the machine must have. */
import { capture, run, type Log } from './progress.ts';

/** What the node and the image builds need of the machine. */
export const NODE_PACKAGES = [
  'ca-certificates',
  'conntrack',
  'ethtool',
  'iproute2',
  'iptables',
  'kmod',
  'mount',
  'nftables',
  'openssl',
  'runc',
  'socat',
] as const;
export const IMAGE_PACKAGES = ['docker.io', 'mmdebstrap'] as const;

/** Installs those packages that are missing. */
export async function ensurePackages(names: readonly string[], log: Log): Promise<void> {
  const missing: string[] = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const remedy = 'this machine must reach the package servers of its own apt configuration; try apt-get update by hand';
  // No service may start by being installed: what we need we start ourselves, in its own place.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  log('apt-get update');
  await run({ argv: ['apt-get', 'update'], log: 'apt', env, remedy });
  log(`installing ${missing.join(', ')}`);
  await run({ argv: ['apt-get', 'install', '-y', '--no-install-recommends', ...missing], log: 'apt', env, remedy });
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    return (await capture(['dpkg-query', '-W', '-f=${db:Status-Status}', name])) === 'installed';
  } catch {
    return false;
  }
}
