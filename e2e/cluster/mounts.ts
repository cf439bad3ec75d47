/** Mounts that a stopped runtime leaves behind. */
import { readFileSync } from 'node:fs';
import { capture } from './progress.ts';

/** Unmounts what is mounted below some folders, the last first. */
export async function unmountBelow(folders: readonly string[]): Promise<void> {
  const ours = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));
  for (const path of ours.reverse()) await capture(['umount', '--lazy', path.replaceAll('\\040', ' ')]);
}
