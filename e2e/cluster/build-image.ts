/** Builds one image into the engine of DOCKER_HOST, for skaffold: `build-image.ts NAME`, with IMAGE and PUSH_IMAGE in the environment. */
import { buildImage, IMAGE_NAMES, type ImageName } from './images.ts';
import { capture, Failure, showFailure } from './progress.ts';

const isImage = (name: string): name is ImageName => (IMAGE_NAMES as readonly string[]).includes(name);

async function main(name: string, reference: string | undefined): Promise<void> {
  if (!isImage(name) || reference === undefined)
    throw new Failure('Nothing to build.', { remedy: `IMAGE=REFERENCE build-image.ts ${IMAGE_NAMES.join(' | ')}` });
  const docker = { host: process.env.DOCKER_HOST ?? '', env: {} };
  await buildImage(name, reference, {
    docker,
    log: (line) => {
      console.error(line);
    },
  });
  if (process.env.PUSH_IMAGE === 'true') await capture(['docker', 'push', reference]);
}

try {
  await main(process.argv[2] ?? '', process.env.IMAGE);
} catch (error) {
  process.exitCode = showFailure(error);
}
