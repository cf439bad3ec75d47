/**
 * The cluster's DNS as the edge sees it: an authoritative server for one headless Service, over TCP. It answers SRV as CoreDNS does,
 * with the addresses beside them, and can be slow, silent, or know of nobody.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamDecode, streamEncode, type Answer, type Packet } from 'dns-packet';

/** As CoreDNS gives it. */
const TTL_SECONDS = 5;
const NO_SUCH_NAME = 3;
const AUTHORITATIVE = 0x400;

/** A pod that the Service has. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export class NameServer implements AsyncDisposable {
  /** The ready pods. */
  endpoints: readonly Endpoint[] = [];
  /** How long each answer takes, milliseconds; it never comes when that is Infinity. */
  delayMs = 0;
  readonly #service: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(service: string) {
    this.#service = service.toLowerCase();
    this.#server = createServer((socket) => {
      this.#serve(socket);
    });
  }

  /** @param service - the name that SRV is asked for, as `_http._tcp.pods.test.svc.cluster.local` */
  static async start(service: string): Promise<NameServer> {
    const started = new NameServer(service);
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  /** Where it is asked, as `127.0.0.1:5353`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk as Buffer]);
      // Each message has its length before it (RFC 1035, 4.2.2).
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        void this.#answer(socket, streamDecode(held.subarray(0, end)));
        held = held.subarray(end);
      }
    });
  }

  async #answer(socket: Socket, asked: Packet): Promise<void> {
    if (this.delayMs === Infinity) return;
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (socket.writable) socket.write(streamEncode({ ...this.#known(asked), id: asked.id ?? 0, type: 'response' }));
  }

  #known({ questions = [] }: Packet): Packet {
    const [question] = questions;
    const name = question?.name.toLowerCase() ?? '';
    const named = this.endpoints.map(({ address, port }) => ({ target: this.#targetOf(address, port), address, port }));
    const addresses = named.map(({ target, address }): Answer => ({
      type: 'A',
      name: target,
      ttl: TTL_SECONDS,
      data: address,
    }));
    if (name === this.#service && named.length > 0) {
      const answers = named.map(({ target, port }): Answer => ({
        type: 'SRV',
        name,
        ttl: TTL_SECONDS,
        data: { priority: 0, weight: Math.max(1, Math.floor(100 / named.length)), port, target },
      }));
      return { questions, answers, additionals: addresses, flags: AUTHORITATIVE };
    }
    const answers = question?.type === 'A' ? addresses.filter((each) => each.name.toLowerCase() === name) : [];
    return { questions, answers, flags: AUTHORITATIVE | (answers.length === 0 ? NO_SUCH_NAME : 0) };
  }

  /** A pod's name begins with its address; here pods may share one, so that the port is in it as well. */
  #targetOf(address: string, port: number): string {
    return `${address.replaceAll('.', '-')}-${port}.${this.#service.replace(/^(_[^.]+\.)+/, '')}`;
  }
}
