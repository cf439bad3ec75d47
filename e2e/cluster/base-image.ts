/** `debian:trixie-slim`, which every image starts from: pulled, or made from Debian's packages where no registry answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasImage, type Docker } from './docker.ts';
import { capture, run, type Log } from './progress.ts';

export const BASE_IMAGE = 'debian:trixie-slim';

/** What Debian's own slim images leave out. */
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** Makes sure that the engine has the base image. */
export async function ensureBaseImage(docker: Docker, log: Log): Promise<void> {
  if (await hasImage(docker, BASE_IMAGE)) return;
  log(`pulling ${BASE_IMAGE}`);
  try {
    await capture(['timeout', '60', 'docker', 'pull', '--quiet', BASE_IMAGE], { env: docker.env });
    return;
  } catch {
    log(`no registry answers: making ${BASE_IMAGE} from Debian's packages`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'heroes-base-'));
  try {
    const archive = join(folder, 'rootfs.tar');
    const slim = LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`);
    await run({
      argv: ['mmdebstrap', '--variant=minbase', ...slim, 'trixie', archive],
      log: 'base-image',
      remedy: "Debian's package servers must be reachable; or pull debian:trixie-slim into the engine by hand",
    });
    const command = ['--change', 'CMD ["bash"]'];
    await run({ argv: ['docker', 'import', ...command, archive, BASE_IMAGE], log: 'base-image', env: docker.env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
