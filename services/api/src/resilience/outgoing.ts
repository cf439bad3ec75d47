/**
 * Every call that leaves the platform (identity provider, webhooks) goes through here. A try is given 3 s; what is safe to
 * repeat is tried up to three times; and a destination that fails half of its calls is left alone for 30 s, so that nobody
 * waits for what will not answer, and it is not kept down by us.
 */
import CircuitBreaker from 'opossum';
import pRetry from 'p-retry';
import { Problem } from '../http/problems.ts';
import { TIMES_MS } from '../limits/times.ts';
import { inSpan } from '../observability/tracing.ts';

export interface OutgoingTimes {
  /** How long one try may take, milliseconds. */
  readonly tryMs: number;
  /** All tries and the waits between them, milliseconds: shorter than a request may take. */
  readonly withinMs: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** How long an open circuit lets nothing through, milliseconds. */
  readonly resetMs: number;
  /** Over which failures are counted, milliseconds: long enough for ten calls that each take their whole time. */
  readonly windowMs: number;
}

export const OUTGOING_TIMES: OutgoingTimes = {
  tryMs: TIMES_MS.outgoingTry,
  withinMs: TIMES_MS.outgoing,
  firstWaitMs: 1_000,
  longestWaitMs: 10_000,
  resetMs: 30_000,
  windowMs: 60_000,
};
const TRIES = 3;
const FACTOR = 2;
const ERROR_PERCENT = 50;
const VOLUME = 10;

export interface OutgoingOptions {
  /** Whether doing it twice does no harm; only then is it tried again. Default false. */
  readonly repeatable?: boolean;
  /** Ends it early, as when the client has gone. */
  readonly signal?: AbortSignal;
  /** All tries and the waits between them, milliseconds, where nobody waits for it and it may take longer. */
  readonly withinMs?: number;
  /**
   * Whether an error is the destination's fault; by default all are. What is not (it tells us that what we sent was wrong) is
   * thrown as it is, neither counted against the destination nor tried again.
   */
  readonly isFault?: (error: unknown) => boolean;
}

/**
 * @param name - of the destination, one of few: it is a label of metrics, never anything of a person or a whole URL
 * @param work - one try; it gives up when the signal is given
 * @returns what the work gives
 * @throws Unavailable when the destination fails or is left alone, with the last fault as its cause
 */
export type Outgoing = <T>(
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
  options?: OutgoingOptions,
) => Promise<T>;

export type CircuitState = 'closed' | 'half_open' | 'open';
export type CallOutcome = 'answered' | 'failed' | 'timed_out' | 'not_tried';

export interface CircuitListener {
  readonly changed: (name: string, state: CircuitState) => void;
  readonly called: (name: string, outcome: CallOutcome) => void;
}

/** Somebody else's service is needed and does not answer. As it is thrown by a route: 503. */
export class Unavailable extends Problem {
  constructor(retryAfterSeconds: number, cause: unknown) {
    const detail = `Another service that is needed for this does not answer. Try again in ${retryAfterSeconds} s.`;
    super({ status: 503, detail, retryAfterSeconds });
    this.cause = cause;
  }
}

type Try = (work: (signal: AbortSignal) => Promise<unknown>, options: OutgoingOptions) => Promise<unknown>;
type Breaker = CircuitBreaker<Parameters<Try>>;

/** The circuits of a process, one a destination: what is down is down for all who call it. */
export class Circuits {
  readonly #times: OutgoingTimes;
  readonly #breakers = new Map<string, Breaker>();
  readonly #listeners = new Set<CircuitListener>();

  constructor(times: Partial<OutgoingTimes> = {}) {
    this.#times = { ...OUTGOING_TIMES, ...times };
  }

  readonly call: Outgoing = async <T>(
    name: string,
    work: (signal: AbortSignal) => Promise<T>,
    options: OutgoingOptions = {},
  ): Promise<T> => {
    const breaker = this.#breakers.get(name) ?? this.#make(name);
    const { firstWaitMs, longestWaitMs, withinMs } = this.#times;
    try {
      return await pRetry(async () => (await breaker.fire(work, options)) as T, {
        retries: options.repeatable === true ? TRIES - 1 : 0,
        factor: FACTOR,
        minTimeout: firstWaitMs,
        maxTimeout: longestWaitMs,
        randomize: true,
        maxRetryTime: options.withinMs ?? withinMs,
        shouldRetry: ({ error }) => !isOpen(error) && isFault(error, options),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
    } catch (error) {
      if (!isFault(error, options)) throw error;
      throw new Unavailable(isOpen(error) ? Math.ceil(this.#times.resetMs / 1000) : 5, error);
    }
  };

  /** @returns how each destination's circuit stands. */
  states(): ReadonlyMap<string, CircuitState> {
    return new Map([...this.#breakers].map(([name, breaker]) => [name, stateOf(breaker)]));
  }

  /** @returns what ends the listening. */
  listen(listener: CircuitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #make(name: string): Breaker {
    const { tryMs, resetMs, windowMs } = this.#times;
    const attempt: Try = async (work, { signal }) => {
      const late = AbortSignal.timeout(tryMs);
      const either = signal === undefined ? late : AbortSignal.any([late, signal]);
      return inSpan(`outgoing ${name}`, { 'heroes.destination': name }, async () => work(either));
    };
    const breaker: Breaker = new CircuitBreaker(attempt, {
      name,
      timeout: tryMs,
      errorThresholdPercentage: ERROR_PERCENT,
      resetTimeout: resetMs,
      volumeThreshold: VOLUME,
      rollingCountTimeout: windowMs,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      // The types know one argument; it is called with those of the try as well.
      errorFilter: ((error: unknown, _work: unknown, options: OutgoingOptions) => !isFault(error, options)) as (
        error: unknown,
      ) => boolean,
    });
    const changed = (): void => {
      for (const listener of this.#listeners) listener.changed(name, stateOf(breaker));
    };
    const called = (outcome: CallOutcome) => (): void => {
      for (const listener of this.#listeners) listener.called(name, outcome);
    };
    breaker.on('open', changed).on('halfOpen', changed).on('close', changed);
    breaker.on('success', called('answered')).on('timeout', called('timed_out')).on('reject', called('not_tried'));
    breaker.on('failure', (error) => {
      if (!isTimeout(error)) called('failed')();
    });
    this.#breakers.set(name, breaker);
    return breaker;
  }
}

function stateOf(breaker: Breaker): CircuitState {
  if (breaker.opened) return 'open';
  return breaker.halfOpen ? 'half_open' : 'closed';
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | undefined)?.code;
const isOurs = (error: unknown): boolean => error instanceof Error && CircuitBreaker.isOurError(error);
const isOpen = (error: unknown): boolean => isOurs(error) && codeOf(error) === 'EOPENBREAKER';
const isTimeout = (error: unknown): boolean => isOurs(error) && codeOf(error) === 'ETIMEDOUT';

function isFault(error: unknown, options: OutgoingOptions): boolean {
  if (isOurs(error)) return true;
  // Whoever asked has gone: that says nothing of the destination.
  if (options.signal?.aborted === true) return false;
  return options.isFault?.(error) ?? true;
}

/** The process's own circuits. */
export const CIRCUITS = new Circuits();

export const outgoing: Outgoing = async (name, work, options) => CIRCUITS.call(name, work, options);
