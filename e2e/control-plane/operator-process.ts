/** The real operator, as a process beside a control plane: started, watched, measured, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../cluster/layout.ts';
import { mortal, record } from '../cluster/processes.ts';
import { capture, faultOf, tail, until } from '../cluster/progress.ts';
import type { ControlPlane } from './control-plane.ts';
import { heapAfterGc } from './inspector.ts';
import { OPERATOR, operatorKubeconfig } from './operator-rights.ts';
import { cpuMs, rssBytes } from './process-facts.ts';
import { Metrics } from './prometheus-text.ts';

export interface OperatorOptions {
  readonly controlPlane: ControlPlane;
  /** Of {@link grantRights}. */
  readonly token: string;
  /** Names its log, unlike that of any other beside it; and its pod, by which it holds the lease. */
  readonly name?: string;
  /** URL that it takes for the API server's: a gate's. The API server's unless given. */
  readonly server?: string;
  /** The repository that it is run from; this one unless given. */
  readonly checkout?: string;
  readonly namespaces?: readonly string[];
  /** Whether its heap is going to be looked at. */
  readonly inspect?: boolean;
  /** Further settings, as in operator/src/config.ts. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long it took to end, milliseconds. */
  readonly ms: number;
}

const READY_MS = 120_000;

/** As operator/Dockerfile sets it. */
const IMAGE_ENVIRONMENT = {
  NODE_ENV: 'production',
  NODE_COMPILE_CACHE: join(tmpdir(), 'heroes-compile-cache'),
  MALLOC_ARENA_MAX: '1',
};

const mainOf = (checkout: string): string => join(checkout, 'operator/src/main.ts');

/** @returns the flags that operator/Dockerfile gives to Node: what is measured is what is shipped. */
function imageFlags(checkout: string): string[] {
  const dockerfile = readFileSync(join(checkout, 'operator/Dockerfile'), 'utf8');
  const [, entrypoint = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  return (JSON.parse(entrypoint) as string[]).filter((argument) => argument.startsWith('--'));
}

/** Compiles an operator as the building of its image does: how it starts, and what it holds, are otherwise not its own. */
export async function compileOperator(checkout: string): Promise<void> {
  await capture([process.execPath, mainOf(checkout), '--version'], { env: IMAGE_ENVIRONMENT });
}

export class OperatorProcess implements AsyncDisposable {
  readonly pid: number;
  /** Path of the file that takes its output. */
  readonly log: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<Omit<Exit, 'ms'>>;
  readonly #ports: { readonly metrics: number; readonly health: number };
  readonly #startedMs = performance.now();

  private constructor(child: ChildProcess, log: string, ports: { metrics: number; health: number }) {
    if (child.pid === undefined) throw new Error('the operator could not be started: setpriv is missing');
    this.pid = child.pid;
    this.log = log;
    this.#child = child;
    this.#ports = ports;
    const { promise, resolve } = Promise.withResolvers<Omit<Exit, 'ms'>>();
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
    this.#exited = promise;
  }

  /** Starts it, as its ServiceAccount; it is not ready yet. */
  static async start(options: OperatorOptions): Promise<OperatorProcess> {
    const { controlPlane, token, name = OPERATOR.release, checkout = ROOT, inspect = false } = options;
    const { place, server } = controlPlane;
    const [metrics = 0, health = 0] = await freePorts(2);
    const kubeconfig = operatorKubeconfig(controlPlane, { name, token, server: options.server ?? server });
    const log = place.processes.logFile(name);
    const flags = [...imageFlags(checkout), ...(inspect ? ['--inspect=127.0.0.1:0'] : [])];
    const argv = mortal(process.execPath, ...flags, mainOf(checkout));
    const [program, ...rest] = argv;
    const output = openSync(log, 'w');
    const child = spawn(program, rest, {
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env.PATH,
        ...IMAGE_ENVIRONMENT,
        KUBECONFIG: kubeconfig,
        POD_NAME: name,
        METRICS_PORT: String(metrics),
        HEALTH_PORT: String(health),
        LEASE_NAME: OPERATOR.release,
        LEASE_NAMESPACE: OPERATOR.namespace,
        WATCH_NAMESPACES: (options.namespaces ?? []).join(','),
        ...options.settings,
      },
    });
    closeSync(output);
    const started = new OperatorProcess(child, log, { metrics, health });
    // Stopping the control plane, or starting another of its name, ends it as well.
    record(name, { pid: started.pid, argv }, place.processes);
    return started;
  }

  /** Settles when it ends, however that is. */
  get exited(): Promise<Omit<Exit, 'ms'>> {
    return this.#exited;
  }

  /** Waits until it is ready. @returns how long that took since its start, milliseconds. @throws Failure when it ends before. */
  async ready(): Promise<number> {
    const remedy = 'read its log; it may lack a right, or the checkout may not run';
    const patience = { timeoutMs: READY_MS, everyMs: 20, logFile: this.log, remedy };
    await until('the operator is not ready', patience, async () => {
      if (this.#hasEnded()) throw new Error(`the operator has ended:\n${tail(this.log)}`);
      return faultOf(async () => this.#page(this.#ports.health, '/readyz'));
    });
    return performance.now() - this.#startedMs;
  }

  async metrics(): Promise<Metrics> {
    return new Metrics(await this.#page(this.#ports.metrics, '/metrics'));
  }

  /** Whether it holds the lease. */
  async leads(): Promise<boolean> {
    return (await this.metrics()).value('leader_election_master_status') === 1;
  }

  /** Sends a signal, and waits until the process has ended. */
  async kill(signal: NodeJS.Signals): Promise<Exit> {
    const sentMs = performance.now();
    this.#child.kill(signal);
    return { ...(await this.#exited), ms: performance.now() - sentMs };
  }

  rssBytes(): number {
    return rssBytes(this.pid);
  }

  cpuMs(): number {
    return cpuMs(this.pid);
  }

  /** @returns bytes in use on its heap once all garbage is collected. @throws Error unless it was started to be inspected. */
  async heapAfterGc(): Promise<number> {
    const [url] = /ws:\/\/127\.0\.0\.1:\S+/.exec(readFileSync(this.log, 'utf8')) ?? [];
    if (url === undefined) throw new Error('the operator cannot be inspected: start it with `inspect`');
    return heapAfterGc(url);
  }

  /** Ends it, unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded()) await this.kill('SIGKILL');
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #page(port: number, path: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${path} answers ${response.status}: ${body.trim()}`);
    return body;
  }
}

/** @returns ports on which nothing listens now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const server = createServer().listen(0, '127.0.0.1', () => {
        resolve(undefined);
      });
      await promise;
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => server[Symbol.asyncDispose]()));
  return ports;
}
