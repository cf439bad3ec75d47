/** Pure: what is made of what was seen of a district's API pods, moment by moment. Times are epoch milliseconds. */

/** What stood from one moment to the next. */
export interface Moment {
  readonly atMs: number;
  /** Pods that take requests. */
  readonly ready: number;
  /** Pods there are, those that start or stop among them. */
  readonly pods: number;
  /** Replicas that the Deployment is told to have: what the autoscaler decides. */
  readonly wanted: number;
  /** The autoscaler's minimum: what the operator decides. */
  readonly floor: number;
}

export type Count = 'ready' | 'pods' | 'wanted' | 'floor';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @param moments - ascending. @returns for how many of a span's seconds fewer pods were ready than were due; what was not seen counts as none. */
export function secondsUnder(moments: readonly Moment[], { fromMs, toMs }: Span, due: number): number {
  const enough = pieces(moments, { fromMs, toMs }).filter(({ moment }) => moment.ready >= due);
  const enoughMs = enough.reduce((sum, piece) => sum + piece.toMs - piece.fromMs, 0);
  return (toMs - fromMs - enoughMs) / 1000;
}

/** @returns how often the autoscaler took pods away within a span. */
export function scaleDowns(moments: readonly Moment[], { fromMs, toMs }: Span): number {
  return moments.filter(
    ({ atMs, wanted }, index) => atMs >= fromMs && atMs < toMs && wanted < (moments[index - 1]?.wanted ?? 0),
  ).length;
}

/** @returns the most there were of something at any time of a span; NaN when nothing was seen. */
export const most = (moments: readonly Moment[], span: Span, of: Count): number =>
  extreme(moments, span, { of, choose: Math.max });

/** @returns the fewest there were. */
export const fewest = (moments: readonly Moment[], span: Span, of: Count): number =>
  extreme(moments, span, { of, choose: Math.min });

/** @returns how many there were of something at an instant; NaN before anything was seen. */
export const countAt = (moments: readonly Moment[], atMs: number, of: Count): number =>
  moments.findLast((moment) => moment.atMs <= atMs)?.[of] ?? NaN;

/** @returns the first instant, from one on, at which there were at least so many; NaN when there never were. */
export const risenAt = (moments: readonly Moment[], fromMs: number, { of, to }: { of: Count; to: number }): number =>
  moments.find((moment) => moment.atMs >= fromMs && moment[of] >= to)?.atMs ?? NaN;

interface Extreme {
  readonly of: Count;
  readonly choose: (...counts: number[]) => number;
}

function extreme(moments: readonly Moment[], span: Span, { of, choose }: Extreme): number {
  const counts = pieces(moments, span).map(({ moment }) => moment[of]);
  return counts.length === 0 ? NaN : choose(...counts);
}

interface Piece extends Span {
  readonly moment: Moment;
}

/** The parts of a span, each with what stood in it. */
function pieces(moments: readonly Moment[], span: Span): Piece[] {
  return moments
    .map((moment, index) => ({
      moment,
      fromMs: Math.max(span.fromMs, moment.atMs),
      toMs: Math.min(span.toMs, moments[index + 1]?.atMs ?? Infinity),
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** @param readyMs - when each pod became ready. @returns when there were so many; NaN when there never were. */
export const reachedAt = (readyMs: readonly number[], count: number): number =>
  [...readyMs].sort((a, b) => a - b)[count - 1] ?? NaN;
