/** The alert of what the calendar is for: capacity stands before the class does. */
import { SLO } from '@heroes/crds/slo.ts';
import { alert, ofPlatform, type Alert, type RulesInput } from './alert.ts';

/** @returns the alerts of a platform. */
export const bellRules = (platform: RulesInput): readonly Alert[] => [classUnderFloor(platform)];

// Of two operator pods during a hand-over the one that has seen the worse counts. Without a class on, nobody is late.
function classUnderFloor(platform: RulesInput): Alert {
  const series = ofPlatform(platform);
  const lateness = `max(-heroes_schedule_ready_before_bell_seconds${series})`;
  return alert(platform, {
    alert: 'ClassUnderFloor',
    expr: `${lateness} > 0 and max(heroes_schedule_students_in_class${series}) > 0`,
    for: `${SLO.classUnderFloor.forMinutes}m`,
    severity: 'critical',
    summary: 'A class has begun with fewer API pods than it was promised',
    description:
      'The pods that were due at the last bell came {{ $value | humanizeDuration }} after it, or are still missing.',
  });
}
