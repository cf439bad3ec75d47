/** Before the integration tests: the Docker engine, and the product's images in it. */
import { ensureDocker, stopDocker } from '../cluster/docker.ts';
import { buildImages, IMAGE_NAMES } from '../cluster/images.ts';
import { runningPid } from '../cluster/processes.ts';
import { capture, step } from '../cluster/progress.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const wasRunning = runningPid('dockerd') !== undefined;
  const docker = await step('Docker engine', ensureDocker);
  const version = await step('Images of the product', async (log) => buildImages(docker, log, wanted()));
  Object.assign(process.env, docker.env, { HEROES_IMAGE_VERSION: version });
  return async () => {
    // Others may test beside us, and have begun after we have started it.
    const others = await capture(['docker', 'ps', '--quiet'], { env: docker.env });
    if (!wasRunning && others === '') await stopDocker();
  };
}

/** All of them, unless somebody who works on one suite names those that it needs: HEROES_TEST_IMAGES=postgres,cache. */
function wanted(): typeof IMAGE_NAMES {
  const names = process.env.HEROES_TEST_IMAGES?.split(',') ?? [];
  return names.length === 0 ? IMAGE_NAMES : IMAGE_NAMES.filter((name) => names.includes(name));
}
