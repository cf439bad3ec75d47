/**
 * Who listens to which class on this pod. A class is watched once, however many listen: when a pod tells that something has
 * changed it is read again, and every few seconds all that is watched is read in one query, so that a cache that is away only
 * makes it later. No stream holds a database connection. What is told is the whole state, so nothing has to be kept for those
 * who come back.
 */
import type { Logger } from '@heroes/runtime/logger.ts';
import { subjectOf, type Account, type Student } from '../../access/roles.ts';
import type { Cache } from '../../data/cache.ts';
import { Problem } from '../../http/problems.ts';
import type { LiveState } from './state.ts';
import { LiveStream, type Listener } from './stream.ts';

const CHANNEL = 'live';

export interface LiveHubParts {
  readonly cache: Pick<Cache, 'publish' | 'subscribe'>;
  readonly read: (classroomIds: readonly string[]) => Promise<ReadonlyMap<string, LiveState>>;
  /** @returns whether tokens of that epoch are still good, in the order of the listeners. */
  readonly areCurrent: (
    tokens: readonly { readonly actor: Student | Account; readonly epoch: number }[],
  ) => Promise<readonly boolean[]>;
  readonly log: Pick<Logger, 'warn'>;
  /** Streams that a pod holds: each is a connection and some kilobytes. */
  readonly most?: number;
  readonly mostPerSubject?: number;
  readonly pollMs?: number;
  readonly beatMs?: number;
}

interface Watched {
  readonly streams: Set<LiveStream>;
  state: LiveState | undefined;
  reading: Promise<void> | undefined;
  /** Something changed while it was being read. */
  isStale: boolean;
}

export class LiveHub {
  readonly #parts: Required<LiveHubParts>;
  readonly #classes = new Map<string, Watched>();
  readonly #timers: readonly NodeJS.Timeout[];
  #size = 0;
  #isDraining = false;
  #isPolling = false;
  #toldOfFault = false;
  #stopHearing: (() => void) | undefined;

  constructor(parts: LiveHubParts) {
    this.#parts = { most: 1_000, mostPerSubject: 3, pollMs: 5_000, beatMs: 15_000, ...parts };
    this.#timers = [
      setInterval(() => void this.#poll(), this.#parts.pollMs).unref(),
      setInterval(() => {
        for (const stream of this.#streams()) stream.beat();
      }, this.#parts.beatMs).unref(),
    ];
  }

  /** How many listen. */
  get size(): number {
    return this.#size;
  }

  /** @returns a stream that tells what is live in a class, beginning with what it is now. @throws Problem 503 while there is no room. */
  async open(listener: Listener): Promise<LiveStream> {
    if (this.#isDraining) throw full('This server is being replaced.', 1);
    if (this.#size >= this.#parts.most) throw full('As many listen to this server as it can bear.', 5);
    const stream = new LiveStream(listener);
    this.#replaceOldest(listener);
    const watched = this.#add(listener.classroomId, stream);
    try {
      if (watched.state === undefined) await (watched.reading ?? this.#refresh(listener.classroomId, watched));
    } catch (error) {
      stream.destroy();
      throw error;
    }
    if (watched.state !== undefined) stream.show(watched.state);
    return stream;
  }

  /** Tells all pods that something has changed in a class. */
  async changed(classroomId: string): Promise<void> {
    await this.#parts.cache.publish(CHANNEL, classroomId);
  }

  /** Ends all streams and takes no more; their clients go to other pods. */
  drain(): void {
    this.#isDraining = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const stream of this.#streams()) stream.finish('restart');
  }

  #streams(): readonly LiveStream[] {
    return [...this.#classes.values()].flatMap(({ streams }) => [...streams]);
  }

  #add(classroomId: string, stream: LiveStream): Watched {
    const watched = this.#classes.get(classroomId) ?? {
      streams: new Set<LiveStream>(),
      state: undefined,
      reading: undefined,
      isStale: false,
    };
    this.#classes.set(classroomId, watched);
    watched.streams.add(stream);
    this.#size += 1;
    this.#stopHearing ??= this.#parts.cache.subscribe(CHANNEL, (id) => void this.#hear(id));
    stream.once('close', () => {
      this.#remove(classroomId, watched, stream);
    });
    return watched;
  }

  #remove(classroomId: string, watched: Watched, stream: LiveStream): void {
    watched.streams.delete(stream);
    this.#size -= 1;
    if (watched.streams.size === 0) this.#classes.delete(classroomId);
    if (this.#size > 0) return;
    this.#stopHearing?.();
    this.#stopHearing = undefined;
  }

  /** Whose connection broke unseen comes again before we know: the newest of a client are kept, not the oldest. */
  #replaceOldest({ actor, classroomId }: Listener): void {
    const subject = subjectOf(actor);
    const streams = [...(this.#classes.get(classroomId)?.streams ?? [])];
    const own = streams.filter(({ listener }) => subjectOf(listener.actor) === subject);
    for (const stream of own.slice(0, Math.max(0, own.length - this.#parts.mostPerSubject + 1)))
      stream.finish('replaced');
  }

  async #hear(classroomId: string): Promise<void> {
    const watched = this.#classes.get(classroomId);
    if (watched === undefined) return;
    await this.#orTell(async () => this.#refresh(classroomId, watched));
  }

  /** Reads a class anew: once for all who ask meanwhile, and once more when it changed under the reading. */
  async #refresh(classroomId: string, watched: Watched): Promise<void> {
    watched.isStale = true;
    watched.reading ??= (async () => {
      try {
        while (watched.isStale) {
          watched.isStale = false;
          const states = await this.#parts.read([classroomId]);
          this.#accept(watched, states.get(classroomId));
        }
      } finally {
        watched.reading = undefined;
      }
    })();
    return watched.reading;
  }

  /** Readings may overtake each other: the greater revision is the newer state. */
  #accept(watched: Watched, state: LiveState | undefined): void {
    if (state === undefined || (watched.state !== undefined && state.revision <= watched.state.revision)) return;
    watched.state = state;
    for (const stream of watched.streams) stream.show(state);
  }

  async #poll(): Promise<void> {
    if (this.#isPolling || this.#size === 0) return;
    this.#isPolling = true;
    await this.#orTell(async () => {
      const states = await this.#parts.read([...this.#classes.keys()]);
      for (const [id, watched] of this.#classes) this.#accept(watched, states.get(id));
      await this.#endOutdated();
    });
    this.#isPolling = false;
  }

  async #endOutdated(): Promise<void> {
    const streams = this.#streams();
    const current = await this.#parts.areCurrent(streams.map(({ listener }) => listener));
    const nowMs = Date.now();
    for (const [index, stream] of streams.entries())
      if (current[index] !== true || stream.listener.expiresAtMs <= nowMs) stream.finish('token');
  }

  /** A database that is away for a moment ends nobody's stream; it is told once, until it has answered again. */
  async #orTell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#toldOfFault = false;
    } catch (error) {
      if (!this.#toldOfFault) this.#parts.log.warn({ err: error }, 'live sessions could not be read; listeners wait');
      this.#toldOfFault = true;
    }
  }
}

const full = (why: string, retryAfterSeconds: number): Problem =>
  new Problem({ status: 503, detail: `${why} Come again in ${retryAfterSeconds} s.`, retryAfterSeconds });
