/**
 * How many requests were answered, and how long they took: as prom-client's own counter and histogram tell of it, kept by arrays
 * and not by objects of labels, since this is done for every request.
 */
import { Counter, type Registry } from 'prom-client';

/** 0.4 s is the objective, so it must be a bucket's edge. */
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 3, 5, 7, 10];
const NAME = 'http_request_duration_seconds';

interface Labels {
  readonly method: string;
  readonly route: string;
  readonly status_code: number;
}

/** Of one method, route and status. */
export class AnswerSeries {
  readonly labels: Labels;
  /** How many were answered, those that nobody timed among them. */
  answered = 0;
  /** By bucket, those that took no longer than its edge and longer than the one before; the last is of those above all. */
  readonly timed = new Uint32Array(BUCKETS_SECONDS.length + 1);
  seconds = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** @param seconds - how long it took, or undefined for what is no time that anybody waited */
  count(seconds: number | undefined): void {
    this.answered += 1;
    if (seconds === undefined) return;
    this.seconds += seconds;
    let bucket = 0;
    while (seconds > (BUCKETS_SECONDS[bucket] ?? Infinity)) bucket += 1;
    this.timed[bucket] = (this.timed[bucket] ?? 0) + 1;
  }
}

interface Value {
  readonly metricName: string;
  readonly labels: Labels & { readonly le?: number | '+Inf' };
  readonly value: number;
}

export class AnswerTimes {
  readonly #series = new Map<string, AnswerSeries>();

  constructor(registry: Registry) {
    const all = () => this.#series.values();
    new Counter({
      name: 'http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'route', 'status_code'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, answered } of all()) this.inc({ ...labels }, answered);
      },
    });
    // A registry asks a metric for its name, and then for this.
    const histogram = { name: NAME, get: async () => Promise.resolve(this.histogram()) };
    registry.registerMetric(histogram as unknown as Counter);
  }

  /** @returns the series of a method, a route and a status: the same each time. */
  of(method: string, route: string, status: number): AnswerSeries {
    const key = `${status} ${method} ${route}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const made = new AnswerSeries({ method, route, status_code: status });
    this.#series.set(key, made);
    return made;
  }

  /** @returns the histogram of what was timed, as prom-client exports one. */
  histogram() {
    const help = 'Time from a request to the end of its answer, seconds.';
    const values = [...this.#series.values()].flatMap(valuesOf);
    return { name: NAME, help, type: 'histogram', aggregator: 'sum', values };
  }
}

function valuesOf({ labels, timed, seconds }: AnswerSeries): Value[] {
  let upTo = 0;
  const buckets = BUCKETS_SECONDS.map((le, index) => {
    upTo += timed[index] ?? 0;
    return { metricName: `${NAME}_bucket`, labels: { le, ...labels }, value: upTo };
  });
  const all = upTo + (timed[BUCKETS_SECONDS.length] ?? 0);
  if (all === 0) return [];
  return [
    ...buckets,
    { metricName: `${NAME}_bucket`, labels: { le: '+Inf', ...labels }, value: all },
    { metricName: `${NAME}_sum`, labels, value: seconds },
    { metricName: `${NAME}_count`, labels, value: all },
  ];
}
