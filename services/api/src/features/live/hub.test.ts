import { describe, expect, it } from 'vitest';
import { LiveHub, type LiveHubParts } from './hub.ts';
import type { LiveState } from './state.ts';
import type { Listener, LiveStream } from './stream.ts';

const HOUR_MS = 3_600_000;
const CLASS = 'class';

const state = (revision: number): LiveState => ({ revision, session: null });
const listener = (enrolmentId: string, more: Partial<Listener> = {}): Listener => ({
  actor: { kind: 'student', enrolmentId, classroomId: CLASS },
  classroomId: CLASS,
  epoch: 0,
  expiresAtMs: Date.now() + HOUR_MS,
  seenRevision: undefined,
  ...more,
});

/** A class in memory, with a channel of this process, over which there is a hub. */
class World {
  state = state(1);
  readings = 0;
  warnings = 0;
  /** Students whose tokens were ended. */
  readonly ended = new Set<string>();
  /** What a reading waits for, after it has looked. */
  delay = async (): Promise<void> => Promise.resolve();
  hear: ((message: string) => void) | undefined;
  readonly hub: LiveHub;

  constructor(parts: Partial<LiveHubParts> = {}) {
    this.hub = new LiveHub({
      cache: {
        publish: async (_channel, message) => Promise.resolve(this.hear?.(message)),
        subscribe: (_channel, listen) => {
          this.hear = listen;
          return () => {
            this.hear = undefined;
          };
        },
      },
      read: async (ids) => {
        this.readings += 1;
        const read = this.state;
        await this.delay();
        return new Map(ids.map((id) => [id, read]));
      },
      areCurrent: async (tokens) =>
        Promise.resolve(tokens.map(({ actor }) => actor.kind === 'student' && !this.ended.has(actor.enrolmentId))),
      log: {
        warn: () => {
          this.warnings += 1;
        },
      },
      pollMs: HOUR_MS,
      beatMs: HOUR_MS,
      ...parts,
    });
  }
}

/** @returns what a stream has told so far. */
function reader(stream: LiveStream): () => string {
  let text = '';
  stream.on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

const revisions = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe('the hub of live streams', () => {
  it('reads a class once for all who open at once', async () => {
    const world = new World();
    const held = Promise.withResolvers<undefined>();
    world.delay = async () => held.promise;
    const opening = Promise.all(['a', 'b', 'c'].map(async (id) => world.hub.open(listener(id))));
    held.resolve(undefined);
    const texts = (await opening).map(reader);
    await expect.poll(() => texts.map((text) => revisions(text()))).toEqual([[1], [1], [1]]);
    expect(world.readings).toBe(1);
  });

  it('reads once more what changes while it is being read', async () => {
    const world = new World();
    const text = reader(await world.hub.open(listener('a')));
    const held = Promise.withResolvers<undefined>();
    world.delay = async () => held.promise;
    const changed = world.hub.changed(CLASS);
    world.state = state(2);
    await Promise.all([world.hub.changed(CLASS), world.hub.changed(CLASS)]);
    held.resolve(undefined);
    await changed;
    await expect.poll(() => revisions(text())).toEqual([1, 2]);
    expect(world.readings).toBe(3);
  });

  it('tells no older state after a newer one', async () => {
    const world = new World();
    world.state = state(5);
    const text = reader(await world.hub.open(listener('a')));
    world.state = state(4);
    await world.hub.changed(CLASS);
    world.state = state(6);
    await world.hub.changed(CLASS);
    await expect.poll(() => revisions(text())).toEqual([5, 6]);
  });

  it('finds by itself what it was not told of, and tells one fault of many', async () => {
    const world = new World({ pollMs: 5 });
    const text = reader(await world.hub.open(listener('a')));
    world.delay = async () => Promise.reject(new Error('away'));
    const before = world.readings;
    await expect.poll(() => world.readings).toBeGreaterThan(before + 3);
    expect(world.warnings).toBe(1);
    world.state = state(2);
    world.delay = async () => Promise.resolve();
    await expect.poll(() => revisions(text())).toEqual([1, 2]);
  });

  it('ends streams whose tokens were ended or have expired, and no others', async () => {
    const world = new World({ pollMs: 5 });
    const expired = await world.hub.open(listener('expired', { expiresAtMs: Date.now() - 1 }));
    const ended = await world.hub.open(listener('ended'));
    const good = await world.hub.open(listener('good'));
    world.ended.add('ended');
    const [one, other] = [expired, ended].map(reader);
    reader(good);
    await expect.poll(() => [one?.(), other?.()]).toEqual(Array(2).fill(expect.stringContaining('{"reason":"token"}')));
    await expect.poll(() => world.hub.size).toBe(1);
    expect(good.destroyed).toBe(false);
  });

  it('leaves nothing open when the first reading fails', async () => {
    const world = new World();
    world.delay = async () => Promise.reject(new Error('away'));
    await expect(world.hub.open(listener('a'))).rejects.toThrow('away');
    await expect.poll(() => world.hub.size).toBe(0);
    expect(world.hear).toBeUndefined();
  });

  it('lets go of a client that reads nothing', async () => {
    const world = new World();
    const stream = await world.hub.open(listener('a'));
    for (let revision = 2; !stream.destroyed && revision < 1000; revision += 1) {
      world.state = state(revision);
      await world.hub.changed(CLASS);
    }
    expect(stream.destroyed).toBe(true);
    await expect.poll(() => world.hub.size).toBe(0);
  });

  it('takes no more than it holds, and none once it is being replaced', async () => {
    const world = new World({ most: 1 });
    const stream = await world.hub.open(listener('a'));
    const refused = { parts: { status: 503, retryAfterSeconds: expect.any(Number) as number } };
    await expect(world.hub.open(listener('b'))).rejects.toMatchObject(refused);
    const text = reader(stream);
    world.hub.drain();
    await expect.poll(() => text()).toMatch(/retry: [1-5]\d{3}\n\nevent: end\ndata: \{"reason":"restart"\}\n\n$/);
    await expect.poll(() => world.hub.size).toBe(0);
    await expect(world.hub.open(listener('b'))).rejects.toMatchObject(refused);
  });
});
