/**
 * Joins the node's network namespace to the host's loopback: `relay.ts LISTEN TARGET`, each `tcp:HOST:PORT` or `unix:PATH`.
 * Unix sockets cross network namespaces, so one relay inside and one outside make a pair.
 */
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

function address(text: string): { path: string } | { host: string; port: number } {
  const [scheme, ...rest] = text.split(':');
  if (scheme === 'unix') return { path: rest.join(':') };
  return { host: rest[0] ?? '127.0.0.1', port: Number(rest[1]) };
}

const [listen = '', target = ''] = process.argv.slice(2);
const here = address(listen);
const there = address(target);
if ('path' in here) rmSync(here.path, { force: true });

const server = createServer({ allowHalfOpen: true }, (incoming: Socket) => {
  const outgoing = connect({ ...there, allowHalfOpen: true });
  for (const [from, to] of [
    [incoming, outgoing],
    [outgoing, incoming],
  ] as const) {
    from.setNoDelay(true);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      to.destroySoon();
    });
  }
});
server.on('error', (error) => {
  console.error(`${listen}: ${error.message}`);
  process.exit(1);
});
server.listen(here);
