/** The sockets between the clients and the servers of this process: whether what one end has sent has come to the other. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

export class Loopback implements Disposable {
  readonly #clients = new Set<Socket>();
  /** By the port of the client. */
  readonly #servers = new Map<number, Socket>();

  constructor() {
    subscribe('net.client.socket', this.#onClient);
    subscribe('net.server.socket', this.#onServer);
  }

  /** Whether nothing is under way: each byte has been read, and what one end has closed the other has closed too. */
  get isAtRest(): boolean {
    return [...this.#clients].every((client) => {
      const server = this.#servers.get(client.localPort ?? 0);
      return (
        server !== undefined &&
        !client.destroyed &&
        !server.destroyed &&
        client.bytesWritten === server.bytesRead &&
        server.bytesWritten === client.bytesRead
      );
    });
  }

  [Symbol.dispose](): void {
    unsubscribe('net.client.socket', this.#onClient);
    unsubscribe('net.server.socket', this.#onServer);
  }

  readonly #onClient = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    this.#clients.add(socket);
    socket.once('close', () => this.#clients.delete(socket));
  };

  readonly #onServer = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    const port = socket.remotePort ?? 0;
    this.#servers.set(port, socket);
    socket.once('close', () => {
      if (this.#servers.get(port) === socket) this.#servers.delete(port);
    });
  };
}
