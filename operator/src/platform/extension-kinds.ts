/** Kinds that a cluster may lack, get and lose: those of the Prometheus operator, or of the Gateway API. */
import type { Client } from '../kube/client.ts';
import { messageOf } from '../kube/errors.ts';
import type { Logger } from '../kube/logger.ts';
import { pause } from '../kube/wait.ts';
import type { Extension, Kind } from './kinds.ts';
import type { WatchedKinds } from './watched-kinds.ts';

/** How often it is asked whether an extension has been installed, and looked whether it has been removed. */
const DISCOVERY_MS = 60_000;

export interface ExtensionParts {
  readonly client: Client;
  readonly log: Logger;
  readonly kinds: readonly Kind[];
  readonly watch: () => WatchedKinds;
  /** Told when they have come or gone. */
  readonly changed: () => void;
}

export class ExtensionKinds {
  readonly #name: Extension;
  readonly #parts: ExtensionParts;
  #watched: WatchedKinds | undefined;

  constructor(name: Extension, parts: ExtensionParts) {
    this.#name = name;
    this.#parts = parts;
  }

  /** What is held of them, once they have been read; nothing where they are not served. */
  get watched(): WatchedKinds | undefined {
    return this.#watched;
  }

  /** Begins to watch them where they are served. @returns once they have been read. */
  async discover(signal: AbortSignal): Promise<void> {
    if (!(await this.#isServed()) || signal.aborted) return;
    const watched = this.#parts.watch();
    signal.addEventListener(
      'abort',
      () => {
        watched.stop();
      },
      { once: true },
    );
    await watched.start();
    this.#watched = watched;
    this.#parts.changed();
  }

  /** Those that are there are asked for only when they fail, so that a quiet cluster is left quiet. */
  async follow(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(DISCOVERY_MS, signal);
      if (signal.aborted) return;
      if (this.#watched === undefined) await this.discover(signal);
      else if (this.#watched.failing && !(await this.#isServed())) this.#lose(this.#watched);
    }
  }

  #lose(watched: WatchedKinds): void {
    this.#parts.log.info({ extension: this.#name }, 'the kinds of an extension are not served any more');
    watched.stop();
    this.#watched = undefined;
    this.#parts.changed();
  }

  /** @returns what is known when it cannot be asked. */
  async #isServed(): Promise<boolean> {
    const { client, log, kinds } = this.#parts;
    try {
      return (await Promise.all(kinds.map(async (kind) => client.serves(kind)))).every(Boolean);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'it could not be asked which kinds are served; asked again in a minute');
      return this.#watched !== undefined;
    }
  }
}
