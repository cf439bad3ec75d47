/** Where a bare control plane is: a folder and ports of its own, so that several run side by side. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PkiFile } from '../cluster/pki.ts';
import { holderOf, startedProcesses, stopProcess, type ProcessHome } from '../cluster/processes.ts';

const BASE = join(tmpdir(), 'heroes-control-planes');

export interface Place {
  readonly name: string;
  readonly folder: string;
  readonly ports: Readonly<Record<(typeof PORT_NAMES)[number], number>>;
  readonly processes: ProcessHome;
  readonly pki: PkiFile;
}

/** In the order in which they are counted up from the base. */
const PORT_NAMES = ['etcd', 'etcdPeers', 'apiserver', 'controllerManager', 'scheduler', 'kwok'] as const;

/** @returns the place of the control plane of a name; its ports are counted up from a base. */
export function placeOf(name: string, portBase: number): Place {
  const folder = join(BASE, name);
  const ports = Object.fromEntries(PORT_NAMES.map((port, index) => [port, portBase + index]));
  return {
    name,
    folder,
    ports: ports as Place['ports'],
    processes: processesIn(folder),
    pki: (file) => join(folder, 'pki', file),
  };
}

function processesIn(folder: string): ProcessHome {
  const logs = join(folder, 'logs');
  return {
    pids: join(folder, 'pids'),
    logFile: (name) => {
      mkdirSync(logs, { recursive: true });
      return join(logs, `${name}.log`);
    },
  };
}

/** Stops every process that is recorded there, and waits until they are gone; those that others speak to are the last. */
export async function stopProcesses({ processes }: Pick<Place, 'processes'>): Promise<void> {
  const clients = startedProcesses(processes).filter((name) => !SERVERS.includes(name));
  await Promise.all(clients.map(async (name) => stopProcess(name, processes)));
  for (const name of SERVERS) await stopProcess(name, processes);
}

const SERVERS = ['kube-apiserver', 'etcd'];

/** Stops and removes what test processes that are gone have left behind. */
export async function removeLeftovers(): Promise<void> {
  for (const folder of folders()) {
    const processes = processesIn(folder);
    if (holderOf(processes) !== undefined) continue;
    await stopProcesses({ processes });
    rmSync(folder, { recursive: true, force: true });
  }
}

function folders(): string[] {
  try {
    return readdirSync(BASE).map((name) => join(BASE, name));
  } catch {
    return [];
  }
}
