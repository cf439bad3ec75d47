/** Disturbs until it is told to stop: see disturbing.ts. It asks at the loopback of the network that it was started in, and nowhere else. */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answers, requestBytes } from '../api/hammer.ts';
import type { Job, Told } from './disturbing.ts';

const HOST = '127.0.0.1';
/** Another address than the class's. */
const FROM = '127.66.0.1';
/** Connections that a flood is sent over, in turn. */
const LANES = 20;
const TICK_MS = 20;
/** Of those that idle so many come at each tick: all at once they would be a flood, which is another disturbance. */
const COME_AT_ONCE = 5;
/** Longer than a bench, should nobody tell it to stop. */
const MOST_MS = 30 * 60_000;

const told = { refused: 0, answered: 0, held: 0 };
let isStopped = false;

function opened(port: number): Socket {
  const socket = connect({ host: HOST, port, localAddress: FROM });
  socket.on('error', () => undefined);
  return socket;
}

/** A token that is made up for each request. */
async function flood(port: number, perSecond: number): Promise<void> {
  const lanes = Array.from({ length: LANES }, () => {
    const socket = opened(port);
    const answers = new Answers((status) => {
      if (status === 429) told.refused += 1;
      else told.answered += 1;
    });
    socket.on('data', (chunk) => {
      answers.take(chunk as Buffer);
    });
    return socket;
  });
  const fromMs = performance.now();
  for (let sent = 0; !isStopped && performance.now() - fromMs < MOST_MS;) {
    const due = Math.floor(((performance.now() - fromMs) / 1000) * perSecond);
    for (; sent < due; sent += 1) {
      const token = `${randomUUID()}.${randomUUID()}.${randomUUID()}`;
      lanes[sent % LANES]?.write(requestBytes({ method: 'GET', path: '/v1/me/progress', token }));
    }
    await sleep(TICK_MS);
  }
  for (const socket of lanes) socket.destroy();
}

const HALF = 'POST /v1/join HTTP/1.1\r\nhost: bench\r\ncontent-length: 10000\r\n\r\nhalf';
const WHOLE = 'GET /v1/lessons?limit=50 HTTP/1.1\r\nhost: bench\r\n\r\n';

interface Idlers {
  readonly connections: number;
  readonly words: string;
  /** Whether they read what they are answered, and so hear that they are let go. */
  readonly reads: boolean;
}

/** Connections that say something and go no further; those that hear that they are let go come again. `allThere` is called once all have come. */
async function idle(port: number, { connections, words, reads }: Idlers, allThere: () => void): Promise<void> {
  const sockets = new Set<Socket>();
  let came = 0;
  const fromMs = performance.now();
  while (!isStopped && performance.now() - fromMs < MOST_MS) {
    for (let more = Math.min(COME_AT_ONCE, connections - sockets.size); more > 0; more -= 1) {
      const socket = opened(port);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('connect', () => {
        came += 1;
        if (came === connections) allThere();
      });
      if (reads) socket.resume();
      else socket.pause();
      socket.write(words);
    }
    await sleep(TICK_MS);
  }
  for (const socket of sockets) socket.destroy();
}

async function work(job: Job, began: () => void): Promise<void> {
  if (job.kind === 'hostile') {
    began();
    return flood(job.port, job.perSecond);
  }
  const { connections } = job;
  const isHalf = job.kind === 'halfOpen';
  return idle(job.port, { connections, words: isHalf ? HALF : WHOLE, reads: isHalf }, began);
}

/** @returns connections that the edge holds of clients. */
async function heldAt(metricsPort: number): Promise<number> {
  const metrics = await (await fetch(`http://${HOST}:${metricsPort}/metrics`)).text();
  const [, held] = /^haproxy_frontend_current_sessions\{proxy="public"\} (\d+)/m.exec(metrics) ?? [];
  if (held === undefined) throw new Error('the edge does not tell how many sessions it has');
  return Number(held);
}

process.once('message', (job: Job) => {
  process.once('message', () => {
    void heldAt(job.metricsPort).then((held) => {
      told.held = held;
      isStopped = true;
    });
  });
  void (async () => {
    await work(job, () => process.send?.('began'));
    process.send?.(told satisfies Told, undefined, undefined, () => process.exit());
  })();
});
