/** Pure: what is made of what was seen of a database's connections. */

/** Connections of clients at one time. */
export interface Connections {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Of whomever. */
  readonly all: number;
  /** Of the API, by the address of the pod. */
  readonly api: Readonly<Record<string, number>>;
}

export interface Peaks {
  readonly all: number;
  readonly api: number;
  readonly ofOnePod: number;
  /** API pods that held connections at the same time. */
  readonly pods: number;
}

/** @returns the most there ever were of each; NaN when nothing was seen. */
export function peaksOf(seen: readonly Connections[]): Peaks {
  const peak = (of: (connections: Connections) => number): number =>
    seen.length === 0 ? NaN : Math.max(...seen.map(of));
  return {
    all: peak(({ all }) => all),
    api: peak(({ api }) => Object.values(api).reduce((sum, each) => sum + each, 0)),
    ofOnePod: peak(({ api }) => Math.max(0, ...Object.values(api))),
    pods: peak(({ api }) => Object.keys(api).length),
  };
}
