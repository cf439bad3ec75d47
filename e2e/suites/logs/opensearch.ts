/** A real OpenSearch, from the packages of Maven Central: what log lines are shipped to speaks the bulk API as it does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, digest } from '../../cluster/cache.ts';
import { ensurePackages } from '../../cluster/packages.ts';
import { capture, faultOf, run, until } from '../../cluster/progress.ts';

const SOURCES = join(import.meta.dirname, 'opensearch');
const PATIENCE = { timeoutMs: 120_000, remedy: 'look whether java starts on this machine' };
/** What this machine has by another name is as good. */
const PROGRAMS = { mvn: 'maven', javac: 'default-jdk-headless' } as const;

export interface OpenSearch extends AsyncDisposable {
  readonly url: string;
  readonly ask: (path: string, body?: object) => Promise<Record<string, unknown>>;
  /** Ends it at once; what it had acknowledged is on disk. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Starts a node of its own on loopback. */
export async function startOpenSearch(port: number): Promise<OpenSearch> {
  const classpath = await build();
  const home = mkdtempSync(join(tmpdir(), 'heroes-opensearch-'));
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const ask: OpenSearch['ask'] = async (path, body) => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, body === undefined ? {} : json);
    return (await answer.json()) as Record<string, unknown>;
  };
  const kill = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const start = async (): Promise<void> => {
    const program = join(SOURCES, 'OpenSearchNode.java');
    child = spawn('java', ['-Xmx512m', '-cp', classpath, program, home, String(port), String(port + 1)], {
      stdio: 'ignore',
    });
    await until('OpenSearch', PATIENCE, async () => faultOf(async () => ask('/')));
  };
  await start();
  return {
    url,
    ask,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @returns the class path of the packages, which are kept by what asks for them. */
async function build(): Promise<string> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(PROGRAMS)) if (!(await isThere(program))) missing.push(name);
  await ensurePackages(missing, () => undefined);
  const pom = join(SOURCES, 'pom.xml');
  const folder = await cached(`opensearch-${digest({ paths: [pom] })}`, async (made) => {
    copyFileSync(pom, join(made, 'pom.xml'));
    await run({
      argv: ['mvn', '-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(made, 'jars')}`],
      cwd: made,
      log: 'opensearch',
      remedy: 'the Maven repository of this machine’s settings must be reachable; then run the command again',
    });
  });
  return join(folder, 'jars', '*');
}

async function isThere(program: string): Promise<boolean> {
  try {
    await capture(['which', program]);
    return true;
  } catch {
    return false;
  }
}
