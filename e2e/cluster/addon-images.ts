/** Images of what the cluster runs beside the product: each a program built here, or a package of Debian. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_IMAGE, ensureBaseImage } from './base-image.ts';
import { cached, digest } from './cache.ts';
import { hasImage, type Docker } from './docker.ts';
import { goBuild, type GoModule } from './go-build.ts';
import { run, type Log } from './progress.ts';

interface Addon {
  readonly module: GoModule;
  readonly program: string;
  /** A static program needs nothing around it. */
  readonly from: 'scratch' | typeof BASE_IMAGE;
}

const ADDONS = {
  pause: { module: 'pause', program: 'pause', from: 'scratch' },
  coredns: { module: 'tools/coredns', program: 'coredns', from: 'scratch' },
  'metrics-server': { module: 'tools/metrics-server', program: 'metrics-server', from: 'scratch' },
  'local-path-provisioner': {
    module: 'tools/local-path-provisioner',
    program: 'local-path-provisioner',
    from: BASE_IMAGE,
  },
  'prometheus-adapter': { module: 'tools/prometheus-adapter', program: 'adapter', from: 'scratch' },
  'prometheus-operator': { module: 'tools/prometheus-operator', program: 'operator', from: 'scratch' },
  'prometheus-config-reloader': {
    module: 'tools/prometheus-operator',
    program: 'prometheus-config-reloader',
    from: 'scratch',
  },
} as const satisfies Record<string, Addon>;

export type AddonName = keyof typeof ADDONS | 'prometheus' | 'volume-helper';

/** References by name, to be put into the add-ons' manifests. */
export type AddonImages = Readonly<Record<AddonName, string>>;

/** Prometheus and promtool of Debian. No shell is needed, but its packages bring one. */
const PROMETHEUS_DOCKERFILE = `FROM ${BASE_IMAGE}
RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus=2.53.* \\
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/* /etc/prometheus/*
USER 10001:10001
ENTRYPOINT ["/usr/bin/prometheus"]
`;

/** Builds the add-ons' images that the engine does not have. */
export async function buildAddonImages(docker: Docker, log: Log): Promise<AddonImages> {
  // The helper of the volumes is the base image itself.
  await ensureBaseImage(docker, log);
  const built: Partial<Record<AddonName, string>> = {};
  for (const name of Object.keys(ADDONS) as (keyof typeof ADDONS)[]) built[name] = await buildAddon(name, docker, log);
  return { ...built, prometheus: await buildPrometheus(docker, log), 'volume-helper': BASE_IMAGE } as AddonImages;
}

async function buildAddon(name: keyof typeof ADDONS, docker: Docker, log: Log): Promise<string> {
  const { module, program, from } = ADDONS[name];
  const folder = await goBuild(module, log);
  const dockerfile = `FROM ${from}\nCOPY ${program} /bin/${program}\nUSER 65534:65534\nENTRYPOINT ["/bin/${program}"]\n`;
  // The provisioner makes directories for others, as root of its own pod.
  const text = from === BASE_IMAGE ? dockerfile.replace('USER 65534:65534\n', '') : dockerfile;
  const tag = digest({ texts: [folder, text] });
  return build(`addon-${name}:${tag}`, { docker, log, dockerfile: text, file: join(folder, program) });
}

/** @returns the reference of the image with Prometheus and promtool. */
export async function buildPrometheus(docker: Docker, log: Log): Promise<string> {
  const reference = `addon-prometheus:${digest({ texts: [PROMETHEUS_DOCKERFILE] })}`;
  return build(reference, { docker, log, dockerfile: PROMETHEUS_DOCKERFILE });
}

interface Build {
  readonly docker: Docker;
  readonly log: Log;
  readonly dockerfile: string;
  readonly file?: string;
}

async function build(reference: string, { docker, log, dockerfile, file }: Build): Promise<string> {
  if (await hasImage(docker, reference)) return reference;
  await ensureBaseImage(docker, log);
  log(`building ${reference}`);
  const context = await cached(`context/${reference.replace(':', '-')}`, (folder) => {
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    if (file !== undefined) cpSync(file, join(folder, file.split('/').at(-1) ?? 'program'));
    return Promise.resolve();
  });
  const argv = ['docker', 'build', '--network=host', `--tag=${reference}`, context] as const;
  await run({ argv, log: `image-${reference.split(':')[0] ?? ''}`, env: docker.env });
  return reference;
}
