/** How long those wait who queue for something: what is asked under load, and as cheap as it must be there. */

/** Waits that are remembered: those of a busy half second. */
const REMEMBERED = 64;
/** What ended longer ago than this says nothing of now, milliseconds. */
const FORGOTTEN_MS = 1_000;

export class Waiting {
  readonly #nowMs: () => number;
  readonly #since = new Set<{ readonly ms: number }>();
  readonly #ended: { readonly atMs: number; readonly tookMs: number }[] = [];

  /** @param nowMs - a clock that never goes back */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Somebody begins to wait. @returns what is called when it is over. */
  begin(): () => void {
    const entry = { ms: this.#nowMs() };
    this.#since.add(entry);
    return () => {
      if (!this.#since.delete(entry)) return;
      this.#ended.push({ atMs: this.#nowMs(), tookMs: this.#nowMs() - entry.ms });
      if (this.#ended.length > REMEMBERED) this.#ended.shift();
    };
  }

  /** @returns how long one waits now, milliseconds: as long as whoever has waited longest, or as half of the last ones did. */
  currentMs(): number {
    const nowMs = this.#nowMs();
    // The first of the set has waited longest.
    const [oldest] = this.#since;
    const recent = this.#ended.filter(({ atMs }) => atMs > nowMs - FORGOTTEN_MS).map(({ tookMs }) => tookMs);
    const median = recent.sort((a, b) => a - b)[Math.floor(recent.length / 2)] ?? 0;
    return Math.max(median, oldest === undefined ? 0 : nowMs - oldest.ms);
  }
}
