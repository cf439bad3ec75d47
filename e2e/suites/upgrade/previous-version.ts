/** The version of this repository whose operator ran before the one that is here, laid out so that it can be run. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../cluster/layout.ts';
import { capture, Failure, messageOf } from '../../cluster/progress.ts';

export interface Checkout extends Disposable {
  readonly commit: string;
  readonly folder: string;
}

/** What the operator is made of. Its tests are not: a commit that changes only those is no other version. */
const OPERATOR = [
  'operator',
  'crds',
  ':(exclude)operator/**/*.test.ts',
  ':(exclude)operator/src/kube/testing',
  ':(exclude)crds/**/*.test.ts',
];

/** A commit, tag or branch to upgrade from instead, as the one that a cluster runs. */
const WISHED = process.env.UPGRADE_FROM;

/** @returns it, in a temporary folder with the packages that are installed here. @throws Failure when there is none. */
export async function checkOutPrevious(): Promise<Checkout> {
  const commit = WISHED ?? (await previousCommit());
  const folder = mkdtempSync(join(tmpdir(), 'heroes-previous-'));
  const archive = join(folder, 'archive.tar');
  await git('archive', `--output=${archive}`, commit);
  await capture(['tar', '-xf', archive, '-C', folder]);
  linkPackages(folder);
  requirePackages(folder, commit);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { commit, folder, [Symbol.dispose]: remove };
}

/** @returns the newest commit whose operator differs from the one in the working tree, committed or not. */
async function previousCommit(): Promise<string> {
  const commits = (await log()).split('\n').filter((line) => line !== '');
  for (const commit of commits) if ((await git('diff', '--name-only', commit, '--', ...OPERATOR)) !== '') return commit;
  throw impossible('there is no earlier commit of the operator', HISTORY);
}

const HISTORY =
  'fetch the history: `git fetch --unshallow`, or fetch-depth: 0 of actions/checkout; sources without a history cannot be tested so';

/** Vitest shows a message and nothing else. */
const impossible = (why: string, remedy: string): Failure =>
  new Failure(`No previous version can be upgraded from: ${why}. What to do: ${remedy}`, { remedy });

async function log(): Promise<string> {
  try {
    return await git('log', '--format=%H', '--', ...OPERATOR);
  } catch (error) {
    throw impossible(messageOf(error), HISTORY);
  }
}

/** The tests may run as root on a checkout that belongs to another user. */
const git = async (...args: readonly string[]): Promise<string> =>
  capture(['git', '-c', `safe.directory=${ROOT}`, '-C', ROOT, ...args]);

/** Everything that is installed, by links; but the workspaces' own names lead to the checkout. */
function linkPackages(folder: string): void {
  const ours = '@heroes';
  for (const workspace of ['', 'operator', 'crds']) {
    const installed = join(ROOT, workspace, 'node_modules');
    if (!existsSync(installed)) continue;
    const packages = join(folder, workspace, 'node_modules');
    mkdirSync(packages, { recursive: true });
    for (const name of readdirSync(installed).filter((each) => each !== ours && !each.startsWith('.')))
      symlinkSync(join(installed, name), join(packages, name));
  }
  const scope = join(folder, 'node_modules', ours);
  mkdirSync(scope);
  for (const workspace of ['operator', 'crds']) symlinkSync(join('../..', workspace), join(scope, workspace));
}

/** What it needs may not be installed any more. */
function requirePackages(folder: string, commit: string): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'operator/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const found = (name: string): boolean =>
    ['', 'operator'].some((workspace) => existsSync(join(folder, workspace, 'node_modules', name)));
  const missing = Object.keys(manifest.dependencies).filter((name) => !found(name));
  if (missing.length === 0) return;
  const remedy = 'name one that needs no other packages than these: UPGRADE_FROM=COMMIT';
  throw impossible(`the operator of ${commit} needs ${missing.join(', ')}, not installed here`, remedy);
}
