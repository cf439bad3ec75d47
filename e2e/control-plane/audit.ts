/** The API server's own account of who asked for what: exact, and free for those who are counted. */
import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRequest, type Answered, type Verb } from './api-request.ts';

/** A place in the log: what was asked for before it is not told. */
export type Mark = number;

export interface Audited extends Answered {
  /** When the request came, epoch milliseconds. */
  readonly receivedMs: number;
  /** When it had been answered; for a watch, when it ended. */
  readonly answeredMs: number;
}

/** What is read of a line (audit.k8s.io/v1, Event). */
interface Line {
  readonly requestURI: string;
  readonly verb: Verb;
  readonly objectRef?: { readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** A line is written once its request was answered, which may be a moment before we are asked. */
const LAG_MS = 250;

export class AuditLog {
  readonly #path: string;

  /** @param path - a control plane's `auditLog`. @throws Error when it keeps none. */
  constructor(path: string | undefined) {
    if (path === undefined) throw new Error('this control plane keeps no audit log: start it with `audit: true`');
    this.#path = path;
  }

  /** @returns the place after what was answered until now. */
  async mark(): Promise<Mark> {
    await sleep(LAG_MS);
    return statSync(this.#path).size;
  }

  /**
   * @returns what a user asked for since a mark. An apply is a `patch` here: the log does not tell them apart. Watches that
   * are still open are not in it.
   */
  async requests(user: string, since: Mark): Promise<Audited[]> {
    const end = (await this.mark()) - 1;
    if (end < since) return [];
    const lines = createInterface({ input: createReadStream(this.#path, { start: since, end }) });
    const found: Audited[] = [];
    // Most lines are of others: they are not worth parsing.
    const named = `"username":"${user}"`;
    for await (const line of lines) if (line.includes(named)) found.push(audited(JSON.parse(line) as Line));
    return found;
  }
}

const METHODS: Readonly<Partial<Record<Verb, string>>> = {
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

function audited({ requestURI, verb, objectRef, responseStatus, ...times }: Line): Audited {
  const request = parseRequest(METHODS[verb] ?? 'GET', requestURI);
  return {
    ...request,
    verb,
    // The path of a create does not name what is made.
    name: objectRef?.name ?? request.name,
    status: responseStatus?.code ?? 0,
    receivedMs: epochMs(times.requestReceivedTimestamp),
    answeredMs: epochMs(times.stageTimestamp),
  };
}

/** @returns a time of six digits (metav1.MicroTime), of which Date.parse keeps but three. */
function epochMs(text: string): number {
  const micros = Number(/\.\d{3}(\d{3})Z$/.exec(text)?.[1] ?? 0);
  return Date.parse(text) + micros / 1000;
}
