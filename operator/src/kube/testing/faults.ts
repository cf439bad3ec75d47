/** What can go wrong on demand: each fault is for the requests that a predicate picks, so many times. */
import type { RecordedRequest } from './recorded-requests.ts';

/** How a watch goes wrong, once it has told of so many changes. */
export interface BrokenWatch {
  readonly is: 'watch';
  readonly afterChanges: number;
  /**
   * `end` closes the stream properly; `gone` does so with an event that says that the version has expired. With the change
   * that comes next, `endMidLine` closes it properly within the line, `tear` cuts the connection within a chunk, and `stall`
   * keeps it open within a chunk. `silence` keeps it open and says nothing any more, bookmarks included.
   */
  readonly then: 'end' | 'endMidLine' | 'gone' | 'silence' | 'stall' | 'tear';
}

export type Fault =
  /** Refuses with a Status, or with plain text for 429, as priority and fairness does. Nothing is processed. */
  | { readonly is: 'answer'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The page of a proxy in between. Nothing is processed. */
  | { readonly is: 'html'; readonly status: number }
  /** Resets the connection, before the request was processed or after it, when the answer is lost. */
  | { readonly is: 'drop'; readonly when: 'after' | 'before' }
  | { readonly is: 'delay'; readonly ms: number }
  /** Takes the request and never answers. Nothing is processed. */
  | { readonly is: 'hang' }
  /** Processes the request, and sends the answer in small chunks with pauses between them. */
  | { readonly is: 'trickle'; readonly chunkBytes: number; readonly everyMs: number }
  /** Processes the request, and cuts the connection in the middle of the answer. */
  | { readonly is: 'truncate' }
  | BrokenWatch;

export interface PlannedFault {
  readonly fault: Fault;
  /** Which requests it is for; all of them without it. */
  readonly when?: (request: RecordedRequest) => boolean;
  /** How often it happens; once without it. */
  readonly times?: number;
}

/** A fault that may still happen. */
export interface Plan extends Disposable {
  /** How often it has happened. */
  readonly used: number;
  /** It does not happen any more. */
  lift(): void;
}

class Planned implements Plan {
  readonly planned: PlannedFault;
  used = 0;
  #lifted = false;

  constructor(planned: PlannedFault) {
    this.planned = planned;
  }

  isFor(request: RecordedRequest): boolean {
    const { when = () => true, times = 1 } = this.planned;
    return !this.#lifted && this.used < times && when(request);
  }

  lift(): void {
    this.#lifted = true;
  }

  [Symbol.dispose](): void {
    this.lift();
  }
}

export class Faults {
  readonly #plans: Planned[] = [];

  plan(planned: PlannedFault): Plan {
    const plan = new Planned(planned);
    this.#plans.push(plan);
    return plan;
  }

  /** @returns the fault that a request meets, the first that was planned for it; it is used up by that. */
  take(request: RecordedRequest): Fault | undefined {
    const plan = this.#plans.find((each) => each.isFor(request));
    if (plan === undefined) return undefined;
    plan.used += 1;
    return plan.planned.fault;
  }

  /** Lets none happen any more. */
  lift(): void {
    for (const plan of this.#plans) plan.lift();
  }
}
