/** Pure: times as people of a district write and read them. */

/** @returns when a text is meant: an instant, or a date or time of the district's zone; undefined when it is neither. Epoch milliseconds. */
export function parseTime(text: string, timeZone: string): number | undefined {
  for (const parse of [
    () => Temporal.Instant.from(text),
    () => Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(timeZone).toInstant(),
  ]) {
    try {
      return parse().epochMilliseconds;
    } catch {
      // It may be the other.
    }
  }
  return undefined;
}

/** @returns whether a text is a date that exists, as ISO 8601 has it. */
export function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

/** @returns an instant as `2026-11-24T13:55:00Z`. */
export const isoTime = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();

export const zoned = (ms: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);

/** @returns an instant as `Tue 2026-11-24 07:55-06:00`: with the offset, since a clock that is set back shows a time twice. */
export function localTime(ms: number, timeZone: string): string {
  const time = zoned(ms, timeZone);
  const smallestUnit = time.millisecond > 0 ? 'millisecond' : time.second > 0 ? 'second' : 'minute';
  const shown = time.toString({ timeZoneName: 'never', smallestUnit });
  return `${weekdayOf(time)} ${shown.replace('T', ' ')}`;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const weekdayOf = (time: Temporal.ZonedDateTime): string => DAYS[time.dayOfWeek - 1] ?? '';
