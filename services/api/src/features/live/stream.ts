/** One client that listens to its class. */
import { Readable } from 'node:stream';
import type { Account, Student } from '../../access/roles.ts';
import { beatFrame, endFrame, retryFrame, stateFrame, type EndReason } from './frames.ts';
import type { LiveState } from './state.ts';

/** What a client may be behind, bytes: one that does not read is let go, and is told all there is to know when it comes again. */
const MOST_BEHIND = 16 * 1024;
/** Clients of one pod come again spread over this time, milliseconds. */
const RETRY_MS = { least: 1_000, most: 5_000 };
/** How long a client may take to read that it is over. */
const FINISH_MS = 5_000;

export interface Listener {
  readonly actor: Student | Account;
  readonly classroomId: string;
  /** Of the token that opened it: the stream is good for no longer. */
  readonly epoch: number;
  readonly expiresAtMs: number;
  /** What it has seen before, of an earlier stream. */
  readonly seenRevision: number | undefined;
}

export class LiveStream extends Readable {
  readonly listener: Listener;
  #seenRevision: number | undefined;
  #isFinished = false;

  constructor(listener: Listener) {
    super({ encoding: 'utf8' });
    this.listener = listener;
    this.#seenRevision = listener.seenRevision;
    // Something must be sent at once: proxies and clients wait for the first byte.
    this.push(retryFrame(retryMs()));
  }

  /** Nothing is asked for: it is told when there is something. */
  override _read(): void {
    return undefined;
  }

  /** Sends a state unless the client has seen it. */
  show(state: LiveState): void {
    if (state.revision === this.#seenRevision) return;
    this.#seenRevision = state.revision;
    this.#send(stateFrame(state));
  }

  beat(): void {
    this.#send(beatFrame());
  }

  /** Ends the stream, saying why and when to come again. */
  finish(reason: EndReason): void {
    if (this.destroyed || this.#isFinished) return;
    this.#isFinished = true;
    this.push(`${retryFrame(retryMs())}${endFrame(reason)}`);
    this.push(null);
    // A client that reads nothing would hold its place for as long as its connection seems to be there.
    setTimeout(() => this.destroy(), FINISH_MS).unref();
  }

  #send(text: string): void {
    if (this.destroyed || this.#isFinished) return;
    if (this.readableLength > MOST_BEHIND) this.destroy();
    else this.push(text);
  }
}

const retryMs = (): number => Math.round(RETRY_MS.least + Math.random() * (RETRY_MS.most - RETRY_MS.least));
