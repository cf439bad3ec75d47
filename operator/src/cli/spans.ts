/** Pure: spans of time as the commands take them. */

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** @returns a span such as `45m`, `1h30m` or `0` in milliseconds; undefined for what is none. */
export function parseSpan(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+)([dhms])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS], 0);
}

/** @returns a span in words, to the minute: `6 h 18 min`. */
export function spanInWords(ms: number): string {
  const minutes = Math.round(ms / UNITS_MS.m);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const words = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(rest > 0 && days === 0 ? [`${rest} min`] : []),
  ];
  return words.length === 0 ? 'less than a minute' : words.join(' ');
}
