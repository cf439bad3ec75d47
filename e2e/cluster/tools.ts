/** Command-line tools for people, tests and checks, built when they are first asked for. */
import { join } from 'node:path';
import { ensureDocker } from './docker.ts';
import { goBuild, type GoModule } from './go-build.ts';
import { buildPrometheus } from './addon-images.ts';
import { capture, type Log } from './progress.ts';

const MODULES = {
  kubectl: 'kubernetes',
  helm: 'tools/helm',
  kubeconform: 'tools/kubeconform',
  actionlint: 'tools/actionlint',
} as const satisfies Record<string, GoModule>;

export type Tool = keyof typeof MODULES;

const silent: Log = () => undefined;

/** @returns the path of a tool's executable. */
export async function toolPath(tool: Tool, log: Log = silent): Promise<string> {
  return join(await goBuild(MODULES[tool], log), tool);
}

/** Runs promtool, of the very Prometheus that the cluster runs, on a folder (as its working directory). @returns its output. */
export async function promtool(folder: string, args: readonly string[], log: Log = silent): Promise<string> {
  const docker = await ensureDocker(log);
  const image = await buildPrometheus(docker, log);
  const mount = `${folder}:/work:ro`;
  const entry = ['--network', 'none', '--workdir', '/work', '--entrypoint', '/usr/bin/promtool'];
  return capture(['docker', 'run', '--rm', '-v', mount, ...entry, image, ...args], { env: docker.env });
}
