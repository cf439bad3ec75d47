/** The Docker engine that builds the images and runs the integration tests' containers: our own, beside any that is there. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeDockerCgroups } from './cgroups.ts';
import { DIRECTORIES, DOCKER_SOCKET, RUN } from './layout.ts';
import { unmountBelow } from './mounts.ts';
import { ensurePackages, IMAGE_PACKAGES } from './packages.ts';
import { ensureProcess, stopProcess } from './processes.ts';
import { capture, faultOf, logFile, until, type Log } from './progress.ts';

export interface Docker {
  readonly host: string;
  /** Environment for the docker client and for testcontainers. */
  readonly env: Readonly<Record<string, string>>;
}

const DOCKER: Docker = {
  host: `unix://${DOCKER_SOCKET}`,
  env: {
    DOCKER_HOST: `unix://${DOCKER_SOCKET}`,
    // Debian's engine comes without the buildx plugin that BuildKit asks for.
    DOCKER_BUILDKIT: '0',
    // The reaper's image cannot be pulled here; the tests stop what they start.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  },
};

/** Starts the engine unless it runs. */
export async function ensureDocker(log: Log): Promise<Docker> {
  await ensurePackages(IMAGE_PACKAGES, log);
  mkdirSync(RUN, { recursive: true });
  const started = await ensureProcess({
    name: 'dockerd',
    argv: [
      'dockerd',
      `--data-root=${DIRECTORIES.docker}`,
      `--exec-root=${join(RUN, 'docker')}`,
      `--pidfile=${join(RUN, 'docker.pid')}`,
      `--host=${DOCKER.host}`,
      // Published ports are for this machine alone.
      '--ip=127.0.0.1',
    ],
  });
  if (started) log('waiting for the Docker engine');
  await until('the Docker engine does not answer', { timeoutMs: 60_000, logFile: logFile('dockerd') }, async () =>
    faultOf(async () => capture(['docker', 'version'], { env: DOCKER.env })),
  );
  return DOCKER;
}

/** Stops the engine and removes its bridge and mounts. */
export async function stopDocker(): Promise<void> {
  await stopProcess('dockerd');
  await unmountBelow([join(RUN, 'docker'), DIRECTORIES.docker]);
  removeDockerCgroups();
  if (existsSync('/sys/class/net/docker0')) await capture(['ip', 'link', 'delete', 'docker0']);
  rmSync(join(RUN, 'docker.pid'), { force: true });
}

/** @returns whether the engine has an image. */
export async function hasImage(docker: Docker, reference: string): Promise<boolean> {
  const inspect = ['docker', 'image', 'inspect', '--format', '{{.Id}}', reference] as const;
  return (await faultOf(async () => capture(inspect, { env: docker.env }))) === undefined;
}
