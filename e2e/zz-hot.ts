import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
const args = process.argv.slice(2);
async function start(kind: string, port: number) {
  const child = spawn(process.execPath, [...(process.env.HOT_FLAGS?.split(' ') ?? []), new URL('zz-hot-server.ts', import.meta.url).pathname, kind, String(port)], { stdio: ['ignore', kind === 'bare' ? 'inherit' : 'pipe', 'pipe'] });
  child.stdout?.resume();
  await once(child.stderr!, 'data');
  return child;
}
const usage = async (child: ChildProcess) => { const p = once(child.stderr!, 'data'); child.kill('SIGUSR2'); return Number(String((await p)[0])); };
const req = Buffer.from('GET /v1/lessons/what-a-hero-does HTTP/1.1\r\nhost: x\r\n\r\n');
async function run(port: number, n: number) {
  let done = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    const s = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(s, 'connect');
    let length = -1, got = 0;
    await new Promise<void>((resolve) => {
      s.on('data', (b: Buffer) => {
        if (length < 0) { const h = b.toString('latin1'); if (!h.startsWith('HTTP/1.1 200')) { console.log(h.slice(0, 300)); process.exit(1); } const e = h.indexOf('\r\n\r\n'); length = Number(/content-length: (\d+)/i.exec(h)![1]) + e + 4; }
        got += b.length;
        if (got >= length) { got = 0; length = -1; if (++done > n) { s.destroy(); resolve(); } else s.write(req); }
      });
      s.write(req);
    });
  }));
  return done;
}
const api = await start('api', 9101);
await run(9101, 25000);
const bare = await start('bare', 9102);
await run(9102, 15000);
const per: Record<string, number[]> = { api: [], bare: [] };
for (let i = 0; i < Number(args[0] ?? 6); i += 1)
  for (const [k, c, p] of [['api', api, 9101], ['bare', bare, 9102]] as const) {
    await usage(c); const n = await run(p, 10000); per[k]!.push((await usage(c)) / n);
  }
const med = (a: number[]) => a.sort((x, y) => x - y)[Math.floor(a.length / 2)]!;
console.log('us per request: api', med(per.api!).toFixed(1), 'bare', med(per.bare!).toFixed(1), 'ratio', (med(per.bare!) / med(per.api!)).toFixed(3));
api.kill(); bare.kill();
