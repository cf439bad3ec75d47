import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchEdgePeers, type EdgePeers } from './edge-peers.ts';

const watching: EdgePeers[] = [];
afterEach(() => {
  for (const each of watching.splice(0)) each.stop();
});

/** A DNS that a test changes. */
function watched(resolve: () => Promise<readonly string[]>) {
  const warned: string[] = [];
  const log = { warn: (_fields: object, message: string) => warned.push(message) };
  const peers = watchEdgePeers({ host: 'demo-edge', log: log as never, resolve, everyMs: 5 });
  watching.push(peers);
  return { peers, warned };
}

const noSuchName = async (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));

describe('the peers that are the edge', () => {
  it('are those that the DNS names, in both writings of an address, and nobody else', async () => {
    const { peers } = watched(async () => Promise.resolve(['10.1.0.7', 'fd00::7']));
    await vi.waitFor(() => {
      expect(peers.includes('10.1.0.7')).toBe(true);
    });
    expect(['::ffff:10.1.0.7', 'fd00::7', '10.1.0.8', '', 'unknown'].map(peers.includes)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('come and go with what the DNS says', async () => {
    let named = ['10.1.0.7'];
    const { peers } = watched(async () => Promise.resolve(named));
    await vi.waitFor(() => {
      expect(peers.includes('10.1.0.7')).toBe(true);
    });
    named = ['10.1.0.9'];
    await vi.waitFor(() => {
      expect([peers.includes('10.1.0.7'), peers.includes('10.1.0.9')]).toEqual([false, true]);
    });
  });

  it('are those last known while the DNS does not answer, which is said once', async () => {
    let resolve: () => Promise<readonly string[]> = async () => Promise.resolve(['10.1.0.7']);
    const { peers, warned } = watched(async () => resolve());
    await vi.waitFor(() => {
      expect(peers.includes('10.1.0.7')).toBe(true);
    });
    resolve = noSuchName;
    await sleep(50);
    expect(peers.includes('10.1.0.7')).toBe(true);
    expect(warned).toEqual(['the pods of the edge cannot be looked up']);
  });

  it('are nobody where there is no edge', () => {
    const peers = watchEdgePeers({ host: '', log: { warn: () => undefined } as never });
    expect(peers.includes('127.0.0.1')).toBe(false);
  });

  it("are found by the system's resolver", async () => {
    const peers = watchEdgePeers({ host: 'localhost', log: { warn: () => undefined } as never });
    watching.push(peers);
    await vi.waitFor(() => {
      expect(peers.includes('127.0.0.1')).toBe(true);
    });
  });
});
