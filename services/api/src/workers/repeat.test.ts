import { describe, expect, it, vi } from 'vitest';
import { repeat } from './repeat.ts';

const quiet = () => ({ log: { error: vi.fn(), info: vi.fn() }, failed: vi.fn() });

/** Work that does what the list says, turn by turn, and then has nothing to do. */
function turns(list: readonly (() => boolean)[]) {
  let turn = 0;
  return vi.fn(async () => Promise.resolve(list[turn++]?.() ?? false));
}

const fails = (): boolean => {
  throw new Error('away');
};

describe('work beside the requests', () => {
  it('is done at once again while there is more', async () => {
    const work = turns([() => true, () => true, () => false]);
    const stop = repeat({ name: 'work', everyMs: 5, work }, quiet());
    await vi.waitFor(() => {
      expect(work.mock.calls.length).toBeGreaterThan(3);
    });
    await stop();
  });

  it('goes on after failures, which are told once until it works again', async () => {
    const options = quiet();
    const work = turns([fails, fails, fails, () => false, fails]);
    const stop = repeat({ name: 'work', everyMs: 1, work }, options);
    await vi.waitFor(() => {
      expect(work.mock.calls.length).toBeGreaterThan(6);
    });
    await stop();
    expect(options.failed).toHaveBeenCalledTimes(4);
    expect(options.log.error).toHaveBeenCalledTimes(2);
    expect(options.log.info).toHaveBeenCalledTimes(2);
  });

  it('stops when what is under way is done, and does nothing afterwards', async () => {
    let finish = (): void => undefined;
    const under = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const work = vi.fn(async () => under.then(() => true));
    const stop = repeat({ name: 'work', everyMs: 1, work }, quiet());
    await vi.waitFor(() => {
      expect(work).toHaveBeenCalledTimes(1);
    });
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await Promise.resolve();
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('stops while it waits', async () => {
    const work = vi.fn(async () => Promise.resolve(false));
    const stop = repeat({ name: 'work', everyMs: 3_600_000, work }, quiet());
    await stop();
    expect(work).not.toHaveBeenCalled();
  });
});
