/** A small HTTP server of fixed pages: probes and metrics. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Page {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

export type Pages = Readonly<Record<string, () => Page | Promise<Page>>>;

/** Serves pages at their paths. @returns the server and the port it listens on (0 asks for any). */
export async function servePages(port: number, pages: Pages): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    void answer(pages[(request.url ?? '').split('?')[0] ?? '']).then(({ status, contentType, body }) => {
      response.writeHead(status, { 'content-type': contentType ?? 'text/plain; charset=utf-8' }).end(body);
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  server.listen(port, () => {
    resolve(undefined);
  });
  await promise;
  return { server, port: (server.address() as AddressInfo).port };
}

async function answer(page: Pages[string] | undefined): Promise<Page> {
  if (page === undefined) return { status: 404, body: 'not found\n' };
  try {
    return await page();
  } catch {
    return { status: 500, body: 'internal error\n' };
  }
}

/** Stops a server without waiting for idle connections. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => {
    resolve(undefined);
  });
  server.closeAllConnections();
  await promise;
}

/** @returns a probe's answer: every check by name, and 503 unless all hold. */
export function probe(checks: Readonly<Record<string, boolean>>): Page {
  const lines = Object.entries(checks).map(([name, holds]) => `[${holds ? '+' : '-'}] ${name}`);
  return { status: Object.values(checks).every(Boolean) ? 200 : 503, body: [...lines, ''].join('\n') };
}
