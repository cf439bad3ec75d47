import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
const steps = (process.argv[2] ?? '0,1,2,3,4,5,6').split(',').map(Number);
const rounds = Number(process.argv[3] ?? 6);
async function start(k: number) { const child = spawn(process.execPath, [new URL('zz-steps-server.ts', import.meta.url).pathname, String(k), String(9300 + k)], { stdio: ['ignore', 'ignore', 'pipe'] }); await once(child.stderr!, 'data'); return child; }
const usage = async (child: ChildProcess) => { const p = once(child.stderr!, 'data'); child.kill('SIGUSR2'); const [u, s] = String((await p)[0]).split(' ').map(Number); return [u!, s!]; };
const req = Buffer.from('GET /v1/lessons/what-a-hero-does HTTP/1.1\r\nhost: x\r\n\r\n');
async function run(port: number, n: number) {
  let done = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    const s = connect({ port, host: '127.0.0.1', noDelay: true }); await once(s, 'connect'); let length = -1, got = 0;
    await new Promise<void>((resolve) => { s.on('data', (b: Buffer) => { if (length < 0) { const h = b.toString('latin1'); if (!h.startsWith('HTTP/1.1 200')) { console.log(h.slice(0, 300)); process.exit(1); } const e = h.indexOf('\r\n\r\n'); length = Number(/content-length: (\d+)/i.exec(h)![1]) + e + 4; } got += b.length; if (got >= length) { got = 0; length = -1; if (++done > n) { s.destroy(); resolve(); } else s.write(req); } }); s.write(req); });
  }));
  return done;
}
const all = new Map<number, { c: ChildProcess; u: number[]; s: number[] }>();
for (const k of steps) { const c = await start(k); await run(9300 + k, 20000); all.set(k, { c, u: [], s: [] }); }
for (let i = 0; i < rounds; i += 1) for (const [k, { c, u, s }] of all) { await usage(c); const n = await run(9300 + k, 8000); const [a, b] = await usage(c); u.push(a! / n); s.push(b! / n); }
const min = (a: number[]) => a.sort((x, y) => x - y)[1]!;
for (const [k, { c, u, s }] of all) { console.log(k, 'user', min(u).toFixed(1), 'sys', min(s).toFixed(1), 'sum', (min(u) + min(s)).toFixed(1)); c.kill(); }
