/**
 * A rehearsal is asked in the process, and so leaves out what is between a socket and a route. That is no less slow the first hundred times,
 * and all requests go through it: so the server asks itself, on connections of its own, for what is counted nowhere.
 */
import { request, type RequestOptions, type Server } from 'node:http';

const TIMES = 300;
const AT_ONCE = 10;

/** @throws Error when it does not answer. Where it does not listen there is nothing to be asked. */
export async function askOverHttp(server: Server, signal: AbortSignal): Promise<void> {
  const address = server.address();
  if (address === null || typeof address === 'string') return;
  const { port, address: bound } = address;
  const host = bound === '0.0.0.0' || bound === '::' ? '127.0.0.1' : bound;
  const ask = async (): Promise<void> => answered({ host, port, path: '/livez', agent: false, signal });
  for (let turn = 0; turn < TIMES / AT_ONCE; turn += 1) await Promise.all(Array.from({ length: AT_ONCE }, ask));
}

async function answered(options: RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      answer.resume().once('end', resolve).once('error', reject);
    });
    asked.once('error', reject).end();
  });
}
