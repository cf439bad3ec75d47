/** Whether a schedule can be followed, and the floor that it asks for. */
import type { Spec } from '@heroes/crds/spec.ts';
import type { Fault } from '@heroes/crds/validate.ts';
import { accept, REASONS, refuseAll, type Verdict } from '../../platform/verdict.ts';
import { bindingFrom, bindingInWords } from './binding.ts';
import { scheduleFaults } from './faults.ts';
import { standingAt, type Standing } from './standing.ts';

/**
 * @param stands - the floor that was last written; none unless given
 * @returns the floor now, or every fault of the time zone and the schedule with its path and remedy
 */
export function decideSchedule(spec: Spec, nowMs: number, stands?: number): Verdict<Standing> {
  const zone = timeZoneFaults(spec);
  const [first, ...others] = [...zone, ...scheduleFaults(spec)];
  const reason = zone.length > 0 ? REASONS.InvalidTimeZone : REASONS.InvalidSchedule;
  if (first !== undefined) return refuseAll(reason, first, others);
  const standing = standingAt(spec, nowMs, stands);
  const binding = bindingFrom(spec, nowMs);
  return accept(binding === undefined ? standing : { ...standing, warning: bindingInWords(spec, binding) });
}

/** Intl takes names in any case, and offsets; a CronJob is run by Go, which takes neither. */
export function timeZoneFaults({ district: { timeZone } }: Spec): Fault[] {
  const known = knownAs(timeZone);
  if (known === timeZone) return [];
  const remedy =
    known === undefined ? 'use a name of the IANA time zone database, such as America/Chicago' : `write ${known}`;
  return [{ path: 'spec.district.timeZone', message: `"${timeZone}" is not a time zone: ${remedy}` }];
}

/** @returns how the zone is written; undefined when there is none of that name. */
function knownAs(timeZone: string): string | undefined {
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions();
    if (/^[+-]/.test(known)) return undefined;
    // An alias may be told by the name that it stands for: it is one all the same.
    return known.toLowerCase() === timeZone.toLowerCase() ? known : timeZone;
  } catch {
    return undefined;
  }
}
