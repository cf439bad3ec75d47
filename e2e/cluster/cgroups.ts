/** The cgroup that the node's pods live in. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { CGROUP_ROOT } from './node-config.ts';

const MOUNT = '/sys/fs/cgroup';

/** @returns whether the host's cgroups are of version 1. */
export const isCgroupV1 = (): boolean => !existsSync(join(MOUNT, 'cgroup.controllers'));

const hierarchies = (): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path !== '');

/** Makes the node's cgroup in every hierarchy of version 1: kubelet wants to find it. */
export function ensureCgroups(): void {
  if (!isCgroupV1()) return;
  for (const hierarchy of hierarchies()) {
    const path = join(hierarchy, CGROUP_ROOT);
    mkdirSync(path, { recursive: true });
  }
}

/** @returns the ids of the processes in the node's cgroup. */
export function pidsInCgroups(): number[] {
  const pids = roots()
    .flatMap((root) => tree(root))
    .flatMap((folder) => readPids(folder));
  return [...new Set(pids)];
}

/** Removes the node's cgroup, the deepest first; its processes must be gone. */
export function removeCgroups(): void {
  for (const folder of roots().flatMap((root) => tree(root))) rmdirSync(folder);
}

/** Removes the Docker engine's cgroup where it is empty: another engine's containers would still be in it. */
export function removeDockerCgroups(): void {
  const folders = hierarchies().map((hierarchy) => join(hierarchy, 'docker'));
  const empty = folders.filter(
    (folder) => existsSync(folder) && tree(folder).length === 1 && readPids(folder).length === 0,
  );
  for (const folder of empty) rmdirSync(folder);
}

function roots(): string[] {
  const v1 = hierarchies().map((hierarchy) => join(hierarchy, CGROUP_ROOT));
  return (isCgroupV1() ? v1 : [join(MOUNT, 'kubepods')]).filter((path) => existsSync(path));
}

function tree(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...below.flatMap(({ name }) => tree(join(folder, name))), folder];
}

function readPids(folder: string): number[] {
  return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
}
