/** Pure: a floor by hand, from what is asked for on the command line. */
import type { HeroesPlatform } from '@heroes/crds/platform.ts';
import type { Prescale } from '@heroes/crds/schedule.ts';
import { isoTime, localTime } from './local-time.ts';
import { parseSpan, spanInWords } from './spans.ts';

export interface Asked {
  readonly replicas?: string;
  /** For how long, as `45m`; `0` ends it. */
  readonly for?: string;
  readonly reason?: string;
  readonly clear?: boolean;
}

export type Prescaled =
  /** Without a value it is ended; without either nothing is to be done. */
  | { readonly ok: true; readonly change?: { readonly value: Prescale | null }; readonly line: string }
  | { readonly ok: false; readonly message: string };

/** What is needed for longer is no exception: it belongs into the calendar, or into api.replicas.min. */
const LONGEST_MS = 7 * 86_400_000;

const refuse = (message: string): Prescaled => ({ ok: false, message });

/** @returns what is to become of spec.schedule.prescale, and what is said of it. */
export function prescale({ spec }: HeroesPlatform, asked: Asked, nowMs: number): Prescaled {
  const { schedule, api } = spec;
  if (schedule === undefined)
    return refuse('spec.schedule: there is none, so that the floor is api.replicas.min: raise that');
  const spanMs = asked.clear === true ? 0 : parseSpan(asked.for ?? '');
  if (spanMs === 0) return ended(schedule.prescale);
  const fault = spanFault(asked, spanMs) ?? replicasFault(asked, api.replicas.max) ?? reasonFault(asked);
  if (spanMs === undefined || fault !== undefined) return refuse(fault ?? '');
  const replicas = Number(asked.replicas);
  const untilMs = Math.ceil((nowMs + spanMs) / 1000) * 1000;
  const value = { replicas, until: isoTime(untilMs), reason: (asked.reason ?? '').trim() };
  const when = `${localTime(untilMs, spec.district.timeZone)}, for ${spanInWords(spanMs)}`;
  const before = schedule.prescale === undefined ? '' : `, instead of ${inWords(schedule.prescale)}`;
  return { ok: true, change: { value }, line: `at least ${replicas} API pods until ${when}${before}: ${value.reason}` };
}

function spanFault({ for: text = '' }: Asked, spanMs: number | undefined): string | undefined {
  if (spanMs === undefined) return `--for: "${text}" is no span of time: write it as 45m or 1h30m`;
  if (spanMs <= LONGEST_MS) return undefined;
  return `--for: ${text} is more than 7 days: enter it in the calendar, or raise api.replicas.min`;
}

function replicasFault({ replicas: text = '' }: Asked, max: number): string | undefined {
  const replicas = Number(text);
  if (!Number.isInteger(replicas) || replicas < 1)
    return `--replicas: "${text}" is no number of pods: write one, such as 8`;
  if (replicas <= max) return undefined;
  return `--replicas: ${replicas} is more than api.replicas.max ${max}: ask for fewer or raise max`;
}

const MOST_REASON = 200;

function reasonFault({ reason = '' }: Asked): string | undefined {
  if (reason.trim() === '') return '--reason: missing: say why, for whoever reads the status and the events';
  return reason.trim().length > MOST_REASON
    ? `--reason: is longer than ${MOST_REASON} characters: shorten it`
    : undefined;
}

const inWords = ({ replicas, until }: Prescale): string => `${replicas} until ${until}`;

function ended(before: Prescale | undefined): Prescaled {
  if (before === undefined) return { ok: true, line: 'there is no floor by hand: nothing to end' };
  return {
    ok: true,
    change: { value: null },
    line: `the floor by hand is ended (${inWords(before)}: ${before.reason}); pods that a class works with stay until it is over`,
  };
}
