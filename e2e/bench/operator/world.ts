/** A fresh control plane for a part of the bench, furnished for a number of platforms. */
import type { Client } from '@heroes/operator/kube/client.ts';
import { AuditLog } from '../../control-plane/audit.ts';
import { connect } from '../../control-plane/connect.ts';
import { startControlPlane, type ControlPlane } from '../../control-plane/control-plane.ts';
import { compileOperator, OperatorProcess, type OperatorOptions } from '../../control-plane/operator-process.ts';
import { grantRights } from '../../control-plane/operator-rights.ts';
import { Failure, faultOf, tail, until, type Log } from '../../cluster/progress.ts';
import { Fleet, makeNamespaces, range } from './fleet.ts';
import type { Options } from './options.ts';

export interface World extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  /** The administrator's. */
  readonly client: Client;
  readonly audit: AuditLog;
  readonly fleet: Fleet;
  /** Starts an operator as its own user; it is not ready yet. */
  readonly start: (options?: Partial<OperatorOptions>) => Promise<OperatorProcess>;
}

const PORT_BASE = 27_200;
const NODES = 5;
/** Claims of a platform: its database's and its archive's. */
const CLAIMS = 2;
/** The bench's platforms need no autoscaler, so it need not look, which costs the API server a few requests each time. */
const AUTOSCALER_SECONDS = 3600;

/** Opens one, with namespaces for so many platforms. Disposing of it stops every process in it. */
export async function openWorld(
  { checkout, platforms }: Pick<Options, 'checkout' | 'platforms'>,
  log: Log,
): Promise<World> {
  await using opened = new AsyncDisposableStack();
  await compileOperator(checkout);
  const controlPlane = await startControlPlane({
    name: 'bench',
    portBase: PORT_BASE,
    nodes: NODES,
    volumes: CLAIMS * platforms + CLAIMS,
    audit: true,
    autoscalerSyncSeconds: AUTOSCALER_SECONDS,
    checkout,
    log,
  });
  opened.defer(async () => controlPlane.stop());
  const token = await grantRights(controlPlane, { checkout });
  const { client } = opened.use(connect(controlPlane.kubeconfig, 'bench'));
  log(`making ${platforms} namespaces`);
  await makeNamespaces(client, range(0, platforms));
  const fleet = opened.use(await Fleet.follow(client));
  const parts = opened.move();
  return {
    controlPlane,
    client,
    audit: new AuditLog(controlPlane.auditLog),
    fleet,
    start: async (options = {}) => OperatorProcess.start({ controlPlane, token, checkout, ...options }),
    [Symbol.asyncDispose]: async () => parts.disposeAsync(),
  };
}

/** Waits until an operator leads. @returns how long after its start it was ready, milliseconds. */
export async function untilLeading(operator: OperatorProcess): Promise<number> {
  const readyMs = await operator.ready();
  const patience = { timeoutMs: 60_000, everyMs: 50, logFile: operator.log, remedy: "read the operator's log" };
  await until('the operator does not lead', patience, async () =>
    // It has only just begun to listen; a connection may be one that its forerunner on this port had.
    faultOf(async () => {
      if (!(await operator.leads())) throw new Error('another may hold the lease');
    }),
  );
  return readyMs;
}

/** Does work that needs an operator. @returns its result. @throws Failure as soon as the operator has ended. */
export async function whileRunning<T>({ exited, log }: OperatorProcess, work: () => Promise<T>): Promise<T> {
  const result = work();
  const first = await Promise.race([result.then((value) => ({ value })), exited.then((exit) => ({ exit }))]);
  if ('value' in first) return first.value;
  // What is under way fails as well, which tells nothing new.
  result.catch(() => undefined);
  const { code, signal } = first.exit;
  const remedy = 'read the words above; one that could not renew its lease in time ends with 1: is the machine busy?';
  // Its log goes with the control plane.
  throw new Failure(`The operator has ended, with ${String(code ?? signal)}:\n${tail(log)}`, { remedy });
}
