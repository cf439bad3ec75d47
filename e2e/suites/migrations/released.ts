/** Releases of the services as they were, laid out from the history so that they can be run on this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../cluster/cache.ts';
import { ROOT } from '../../cluster/layout.ts';
import { capture, run } from '../../cluster/progress.ts';

/** By release, the commit that it was made of. */
export const RELEASED = { '0.1.0': 'f742052a1fe962a377c6e71de1f9eddd90e44a1f' } as const;

/** @returns the folder of a release, with the packages of its lockfile. It is kept: what was released does not change. */
export async function checkOut(release: keyof typeof RELEASED): Promise<string> {
  const commit = RELEASED[release];
  return cached(`release/${release}-${commit.slice(0, 12)}`, async (folder) => {
    const archive = join(folder, 'archive.tar');
    await capture(['git', '-c', `safe.directory=${ROOT}`, '-C', ROOT, 'archive', `--output=${archive}`, commit]);
    await capture(['tar', '-xf', archive, '-C', folder]);
    rmSync(archive);
    const workspaces = ['services/api', 'services/jobs'].map((workspace) => `--workspace=${workspace}`);
    await run({
      argv: ['npm', 'ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', ...workspaces],
      cwd: folder,
      log: `release-${release}`,
      remedy: 'the npm registry of `npm config get registry` must be reachable; then run the command again',
    });
  });
}

type Environment = Readonly<Record<string, string>>;

function start(folder: string, args: readonly string[], env: Environment): { child: ChildProcess; said: string[] } {
  const child = spawn(process.execPath, args, { cwd: folder, env: { PATH: process.env.PATH, ...env } });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return { child, said };
}

/** Runs a release's job to its end. @throws Error with what it said when it fails. */
export async function runReleasedJob(folder: string, command: string, env: Environment): Promise<void> {
  const { child, said } = start(folder, ['services/jobs/src/main.ts', command], env);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(said.join(''));
}

export interface ReleasedApi extends AsyncDisposable {
  readonly url: string;
}

/** Starts a release's API. @returns once it answers. @throws Error with what it said when it does not. */
export async function startReleasedApi(folder: string, port: number, env: Environment): Promise<ReleasedApi> {
  const { child, said } = start(folder, ['services/api/src/main.ts'], {
    HOST: '127.0.0.1',
    PORT: String(port),
    DRAIN_SECONDS: '0',
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  const started = async (): Promise<boolean> =>
    fetch(`${url}/startupz`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let tries = 0; !(await started()); tries++) {
    if (tries > 300 || child.exitCode !== null) throw new Error(said.join(''));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
