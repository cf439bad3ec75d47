/** The node's own network namespace: no route leads out of it, so nothing of the pod and service ranges can leave. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMESPACE, NODE, PORTS, RUN } from './layout.ts';
import { ensureProcess, stopProcess } from './processes.ts';
import { capture, Failure, logFile, until } from './progress.ts';

const NETNS = `/run/netns/${NAMESPACE}`;

/** @returns the arguments that run a program in the node's namespace. `ip netns exec` would hide the cgroup mounts. */
export const inNode = (...argv: readonly [string, ...string[]]): [string, ...string[]] => [
  'nsenter',
  `--net=${NETNS}`,
  ...argv,
];

/** Makes the namespace with the node's address, unless it is there. */
export async function ensureNetwork(): Promise<void> {
  if (!existsSync(NETNS)) await capture(['ip', 'netns', 'add', NAMESPACE]);
  const links = await capture(inNode('ip', '-o', 'link', 'show'));
  if (links.includes(` ${NODE.link}:`)) return;
  const commands = [
    ['ip', 'link', 'set', 'lo', 'up'],
    // Not every kernel has dummy links; a bridge without ports holds an address as well.
    ['ip', 'link', 'add', NODE.link, 'type', 'bridge'],
    ['ip', 'address', 'add', `${NODE.address}/32`, 'dev', NODE.link],
    ['ip', 'link', 'set', NODE.link, 'up'],
    // Without a route the node itself cannot reach a ClusterIP, which kube-proxy rewrites only on its way out.
    ['ip', 'route', 'add', NODE.serviceCidr, 'dev', NODE.link],
    ['sysctl', '-qw', 'net.ipv4.ip_forward=1'],
  ] as const satisfies readonly (readonly [string, ...string[]])[];
  for (const [program, ...args] of commands) await capture(inNode(program, ...args));
}

/** Removes the namespace and all that is in it. */
export async function removeNetwork(): Promise<void> {
  if (existsSync(NETNS)) await capture(['ip', 'netns', 'delete', NAMESPACE]);
}

type Published = keyof typeof PORTS;

/** @returns the names of the two processes that join an address inside the node to the loopback. */
export const relaysOf = (name: Published): readonly [inside: string, outside: string] => [
  `relay-${name}-inside`,
  `relay-${name}-outside`,
];

/** Makes an address inside the node answer on a port of the host's loopback. */
export async function publish(name: Published, target: string): Promise<string> {
  const socket = join(RUN, `${name}.sock`);
  const relay = join(import.meta.dirname, 'relay.ts');
  const port = PORTS[name];
  const [inside, outside] = relaysOf(name);
  await ensureProcess({ name: inside, argv: inNode(process.execPath, relay, `unix:${socket}`, `tcp:${target}`) });
  if (
    await ensureProcess({ name: outside, argv: [process.execPath, relay, `tcp:127.0.0.1:${port}`, `unix:${socket}`] })
  )
    await until('the relay does not start', { timeoutMs: 10_000, everyMs: 100 }, () => {
      const complaint = readFileSync(logFile(outside), 'utf8').trim();
      if (complaint !== '') {
        const remedy = `find out who listens there (ss -ltnp 'sport = :${port}') and stop it`;
        throw new Failure(`127.0.0.1:${port} cannot be listened on: ${complaint}`, { remedy });
      }
      return Promise.resolve(listens(port) ? undefined : `nothing listens on 127.0.0.1:${port}`);
    });
  return `127.0.0.1:${port}`;
}

/** Makes it answer there no longer. */
export async function withdraw(name: Published): Promise<void> {
  for (const relay of relaysOf(name)) await stopProcess(relay);
}

/** @returns whether something on this machine listens on a port of loopback (/proc/net/tcp). */
function listens(port: number): boolean {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'utf8').includes(local);
}

/** Writes the configuration of the pods' network. */
export function writeCniConfig(directory: string): void {
  const config = {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        hairpinMode: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          // With the sockets, not with the data: addresses are given anew after each start of the machine.
          dataDir: join(RUN, 'addresses'),
          ranges: [[{ subnet: NODE.podCidr }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
  writeFileSync(join(directory, '10-pods.conflist'), JSON.stringify(config, undefined, 2));
}
