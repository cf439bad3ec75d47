/** What the fake server was asked, and over which connections. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Verb } from './routes.ts';

export interface RecordedRequest {
  /** What it means; undefined when the server does not serve it. */
  readonly verb: Verb | undefined;
  /** The plural of the resource. */
  readonly resource: string | undefined;
  readonly name: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly httpVersion: string;
  /** Which connection it came over: they are numbered from 1 as they are accepted. */
  readonly connection: number;
  /** When it came, by performance.now(). */
  readonly atMs: number;
}

/** The connections of a server. */
export class Connections {
  readonly #numbers = new WeakMap<Socket, number>();
  readonly #open = new Set<Socket>();
  #accepted = 0;

  /** How many were ever accepted. */
  get accepted(): number {
    return this.#accepted;
  }

  get open(): number {
    return this.#open.size;
  }

  accept(socket: Socket): void {
    this.#accepted += 1;
    this.#numbers.set(socket, this.#accepted);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // A client that resets its connection is nothing to us.
    socket.on('error', () => undefined);
  }

  numberOf(socket: Socket): number {
    return this.#numbers.get(socket) ?? 0;
  }

  /** Resets all of them; those of TLS are only closed. */
  cut(): void {
    for (const socket of this.#open) {
      if (socket instanceof TLSSocket) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}

/** @returns the whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
