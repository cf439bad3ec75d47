/** Events: what a person reads with `kubectl describe`. The same words about the same object are one Event that counts. */
import { createHash } from 'node:crypto';
import type { Client } from './client.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { KubeObject, Resource } from './resource.ts';

const EVENT: Resource = { apiVersion: 'v1', kind: 'Event', plural: 'events' };
/** Longest message the API server takes (k8s.io/kubernetes pkg/apis/core/validation/events.go). */
const MAX_MESSAGE = 1024;
/** Events that are remembered in order to be counted. */
const REMEMBERED = 4096;

export interface EventParts {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export class EventRecorder {
  readonly #client: Pick<Client, 'apply'>;
  readonly #component: string;
  readonly #log: Logger;
  readonly #underWay = new Set<Promise<void>>();
  readonly #counted = new Map<string, { count: number; readonly first: string }>();

  constructor(client: Pick<Client, 'apply'>, component: string, log: Logger) {
    this.#client = client;
    this.#component = component;
    this.#log = log;
  }

  /**
   * Writes an Event; who need not know when it is written does not wait. One that is lost is logged, and stops nobody.
   */
  async record(about: KubeObject, parts: EventParts): Promise<void> {
    const event = this.#event(about, { ...parts, message: parts.message.slice(0, MAX_MESSAGE) });
    const written = this.#client.apply(EVENT, event).then(
      () => undefined,
      (error: unknown) => {
        this.#log.warn({ reason: parts.reason, error: messageOf(error) }, 'an Event was not written');
      },
    );
    this.#underWay.add(written);
    await written;
    this.#underWay.delete(written);
  }

  /** Settles once no Event is being written. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #event({ apiVersion, kind, metadata }: KubeObject, { type, reason, message }: EventParts): KubeObject {
    const { name, namespace = 'default', uid = '', resourceVersion = '' } = metadata;
    const digest = createHash('sha256').update([uid, type, reason, message].join('\0')).digest('hex').slice(0, 16);
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const { count, first } = this.#count(digest, now);
    return {
      apiVersion: EVENT.apiVersion,
      kind: EVENT.kind,
      metadata: { name: `${name}.${digest}`, namespace },
      involvedObject: { apiVersion, kind, name, namespace, uid, resourceVersion },
      type,
      reason,
      message,
      count,
      firstTimestamp: first,
      lastTimestamp: now,
      source: { component: this.#component },
      reportingComponent: this.#component,
      reportingInstance: '',
    };
  }

  #count(digest: string, now: string): { count: number; first: string } {
    const known = this.#counted.get(digest) ?? { count: 0, first: now };
    known.count += 1;
    // Deleted and set again, it is the youngest; the eldest goes first.
    this.#counted.delete(digest);
    this.#counted.set(digest, known);
    const [eldest] = this.#counted.keys();
    if (this.#counted.size > REMEMBERED && eldest !== undefined) this.#counted.delete(eldest);
    return known;
  }
}
