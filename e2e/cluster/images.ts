/** The product's images, built from the repository's own Dockerfiles and tagged by what they were built from. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBaseImage } from './base-image.ts';
import { cached, copySources, digest } from './cache.ts';
import { hasImage, type Docker } from './docker.ts';
import { ROOT } from './layout.ts';
import { run, type Log } from './progress.ts';

interface ImageSource {
  readonly dockerfile: string;
  /** The workspace whose program it runs, with the workspaces that it imports. */
  readonly workspaces: readonly string[];
}

const IMAGES = {
  postgres: { dockerfile: 'services/postgres/Dockerfile', workspaces: [] },
  pgbouncer: { dockerfile: 'services/pgbouncer/Dockerfile', workspaces: [] },
  cache: { dockerfile: 'services/cache/Dockerfile', workspaces: [] },
  edge: { dockerfile: 'services/edge/Dockerfile', workspaces: [] },
  logs: { dockerfile: 'services/logs/Dockerfile', workspaces: [] },
  api: { dockerfile: 'services/api/Dockerfile', workspaces: ['services/api', 'services/runtime', 'migrations'] },
  jobs: { dockerfile: 'services/jobs/Dockerfile', workspaces: ['services/jobs', 'services/runtime', 'migrations'] },
  operator: { dockerfile: 'operator/Dockerfile', workspaces: ['operator', 'crds'] },
} as const satisfies Record<string, ImageSource>;

export type ImageName = keyof typeof IMAGES;
export const IMAGE_NAMES = Object.keys(IMAGES) as readonly ImageName[];

const ROOT_FILES = ['package.json', 'package-lock.json', '.npmrc'] as const;

/** @returns `VERSION-HASH`: one for all images, so that one release names them. */
export function imageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const folders = ['services', 'operator', 'migrations', 'crds'];
  return `${version}-${digest({ paths: [...folders, ...ROOT_FILES].map((path) => join(ROOT, path)) })}`;
}

export const imageReference = (name: ImageName, version: string): string => `heroes-${name}:${version}`;

/** Builds those images that the engine does not have. @returns the version that they are tagged with. */
export async function buildImages(
  docker: Docker,
  log: Log,
  names: readonly ImageName[] = IMAGE_NAMES,
): Promise<string> {
  const version = imageVersion();
  for (const name of names) await buildImage(name, imageReference(name, version), { docker, log });
  return version;
}

/** Builds one image under a reference, unless the engine has it. */
export async function buildImage(name: ImageName, reference: string, { docker, log }: { docker: Docker; log: Log }) {
  if (await hasImage(docker, reference)) return;
  await ensureBaseImage(docker, log);
  const source: ImageSource = IMAGES[name];
  log(`building ${reference}`);
  const context = source.workspaces.length === 0 ? join(ROOT, 'services', name) : await stage(name, source, log);
  await run({
    argv: [
      'docker',
      'build',
      '--network=host',
      `--file=${join(ROOT, source.dockerfile)}`,
      `--tag=${reference}`,
      context,
    ],
    log: `image-${name}`,
    env: docker.env,
    remedy: "the build installs Debian's packages: its servers must be reachable; then run the command again",
  });
}

/**
 * @returns a folder to build a Node image from: the workspaces' sources, their production dependencies as the lockfile has
 * them, and Node itself. It is staged here since npm's settings (registry, certificates) are the host's.
 */
async function stage(name: ImageName, { workspaces }: ImageSource, log: Log): Promise<string> {
  const all = [
    'crds',
    'migrations',
    'operator',
    'services/api',
    'services/client',
    'services/jobs',
    'services/runtime',
    'e2e',
  ];
  const manifests = [...ROOT_FILES, ...all.map((folder) => `${folder}/package.json`)];
  const inputs = [...manifests, ...workspaces].map((path) => join(ROOT, path));
  return cached(`context/${name}-${digest({ paths: inputs, texts: [process.version] })}`, async (folder) => {
    const app = join(folder, 'app');
    for (const file of manifests) {
      mkdirSync(dirname(join(app, file)), { recursive: true });
      copyFileSync(join(ROOT, file), join(app, file));
    }
    log(`installing the dependencies of ${name}`);
    const only = workspaces.slice(0, 1).map((workspace) => `--workspace=${workspace}`);
    const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--include-workspace-root=false'];
    await run({
      argv: ['npm', 'ci', ...flags, ...only],
      cwd: app,
      log: `image-${name}`,
      remedy: 'the npm registry of `npm config get registry` must be reachable; then run the command again',
    });
    for (const workspace of workspaces) {
      const source = join(ROOT, workspace, 'src');
      if (existsSync(source)) copySources(source, join(app, workspace, 'src'));
    }
    cpSync(process.execPath, join(folder, 'node'));
  });
}
