/** Asks a Node.js process that was started with --inspect, by the DevTools protocol (chromedevtools.github.io/devtools-protocol/v8). */

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** @param url - what the process says it listens on, ws://… @returns bytes in use on its heap once all garbage is collected. */
export async function heapAfterGc(url: string): Promise<number> {
  const socket = new WebSocket(url);
  try {
    await opened(socket);
    await call(socket, 1, 'HeapProfiler.collectGarbage');
    // What a first collection finalizes, a second one frees.
    await call(socket, 2, 'HeapProfiler.collectGarbage');
    return ((await call(socket, 3, 'Runtime.getHeapUsage')) as { readonly usedSize: number }).usedSize;
  } finally {
    socket.close();
  }
}

async function opened(socket: WebSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  socket.addEventListener('open', () => {
    resolve(undefined);
  });
  socket.addEventListener('error', () => {
    reject(new Error(`the inspector at ${socket.url} does not answer`));
  });
  await promise;
}

async function call(socket: WebSocket, id: number, method: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== id) return;
    if (reply.error === undefined) resolve(reply.result);
    else reject(new Error(`${method}: ${reply.error.message}`));
  });
  socket.addEventListener('close', () => {
    reject(new Error(`the inspector hung up before it had answered ${method}`));
  });
  socket.send(JSON.stringify({ id, method }));
  return promise;
}
