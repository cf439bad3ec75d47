/** Pure: a plan in words. */
import { worded } from './diff.ts';
import type { Step } from './plan.ts';

const SIGNS = { create: '+', change: '~', recreate: '±', delete: '-', none: ' ', refused: '✘' } as const;

/** @returns the plan as lines: what changes and how, then what that means for pods. */
export function planText(title: string, steps: readonly Step[]): string {
  const visible = steps.filter(({ action, notes }) => action !== 'none' || notes.length > 0);
  const unchanged = steps.length - visible.length;
  const lines = visible.flatMap((step) => [`${SIGNS[step.action]} ${step.object}${suffix(step)}`, ...details(step)]);
  return [title, ...lines, `  ${unchanged} unchanged`, ...restarts(steps), ''].join('\n');
}

const suffix = ({ action }: Step): string =>
  action === 'refused' ? ': refused' : action === 'recreate' ? ': made anew' : '';

const details = ({ differences, notes }: Step): string[] =>
  [...notes, ...differences.flatMap(worded)].map((line) => `    ${line}`);

function restarts(steps: readonly Step[]): string[] {
  const restarting = steps.flatMap(({ object, restarts: found }) =>
    found === undefined ? [] : [{ object, ...found }],
  );
  if (restarting.length === 0) return ['No pod restarts.'];
  return restarting.map(
    ({ object, pods, because }) =>
      `${object} replaces ${pods === 1 ? 'its pod' : `its ${pods} pods`} for ${because.join(', ')}`,
  );
}
