/** Before the integration tests: the Docker engine, and the product's images in it. */
import { ensureDocker, stopDocker } from '../cluster/docker.ts';
import { buildImages } from '../cluster/images.ts';
import { runningPid } from '../cluster/processes.ts';
import { step } from '../cluster/progress.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const wasRunning = runningPid('dockerd') !== undefined;
  const docker = await step('Docker engine', ensureDocker);
  const version = await step('Images of the product', async (log) => buildImages(docker, log));
  Object.assign(process.env, docker.env, { HEROES_IMAGE_VERSION: version });
  return async () => {
    if (!wasRunning) await stopDocker();
  };
}
