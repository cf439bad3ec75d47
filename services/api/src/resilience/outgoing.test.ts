import { describe, expect, it, vi } from 'vitest';
import { Circuits, Unavailable, type CircuitState } from './outgoing.ts';

const QUICK = { tryMs: 60_000, withinMs: 60_000, firstWaitMs: 1, longestWaitMs: 4, resetMs: 50 };

/** Work that fails so many times, and then answers. */
function failing(times: number, error: Error = new Error('refused')) {
  let left = times;
  return vi.fn(async () => {
    if (left-- > 0) throw error;
    return Promise.resolve('answer');
  });
}

async function failTimes(circuits: Circuits, times: number): Promise<void> {
  for (let each = 0; each < times; each++)
    await expect(circuits.call('there', failing(1))).rejects.toBeInstanceOf(Unavailable);
}

describe('an outgoing call', () => {
  it('gives what the work gives', async () => {
    expect(await new Circuits(QUICK).call('there', failing(0))).toBe('answer');
  });

  it('is tried three times when it may be repeated', async () => {
    const work = failing(2);
    expect(await new Circuits(QUICK).call('there', work, { repeatable: true })).toBe('answer');
    expect(work).toHaveBeenCalledTimes(3);
    const hopeless = failing(9);
    await expect(new Circuits(QUICK).call('there', hopeless, { repeatable: true })).rejects.toMatchObject({
      parts: { status: 503, retryAfterSeconds: 5 },
      cause: { message: 'refused' },
    });
    expect(hopeless).toHaveBeenCalledTimes(3);
  });

  it('is tried once unless it is said that it may be repeated', async () => {
    const work = failing(1);
    await expect(new Circuits(QUICK).call('there', work)).rejects.toBeInstanceOf(Unavailable);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('waits longer from try to try, with jitter, and never for long', async () => {
    const tryMs = 2_999;
    const waits: number[] = [];
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const timer = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
      waits.push(ms);
      if (ms !== tryMs) queueMicrotask(run);
      return { unref: () => undefined } as never;
    }) as never);
    try {
      await expect(new Circuits({ tryMs }).call('there', failing(3), { repeatable: true })).rejects.toBeInstanceOf(
        Unavailable,
      );
    } finally {
      timer.mockRestore();
      random.mockRestore();
    }
    expect(waits).toEqual([tryMs, 1_500, tryMs, 3_000, tryMs]);
  });

  it('gives a try its time, tells the work to stop, and counts that as a failure', async () => {
    const outcomes: string[] = [];
    const circuits = new Circuits({ ...QUICK, tryMs: 50 });
    circuits.listen({ changed: () => undefined, called: (_name, outcome) => outcomes.push(outcome) });
    let told = false;
    const hanging = async (signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          told = true;
          reject(new Error('stopped'));
        });
      });
    await expect(circuits.call('there', hanging)).rejects.toBeInstanceOf(Unavailable);
    await vi.waitFor(() => {
      expect(told).toBe(true);
    });
    expect(outcomes).toEqual([expect.stringMatching(/^(timed_out|failed)$/)]);
  });

  it('throws as it is what is not the destination’s fault, and does not repeat it', async () => {
    const circuits = new Circuits(QUICK);
    const options = { repeatable: true, isFault: (error: unknown) => (error as Error).message !== 'invalid_grant' };
    for (let each = 0; each < 30; each++) {
      const work = failing(9, new Error('invalid_grant'));
      await expect(circuits.call('there', work, options)).rejects.toThrow('invalid_grant');
      expect(work).toHaveBeenCalledTimes(1);
    }
    expect(circuits.states().get('there')).toBe('closed');
  });

  it('ends when whoever asked has gone, which says nothing of the destination', async () => {
    const circuits = new Circuits(QUICK);
    for (let each = 0; each < 20; each++) {
      const gone = new AbortController();
      const call = circuits.call(
        'there',
        async (signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('stopped'));
            });
          }),
        { signal: gone.signal, repeatable: true },
      );
      gone.abort(new Error('gone'));
      await expect(call).rejects.toThrow('gone');
    }
    expect(circuits.states().get('there')).toBe('closed');
  });
});

describe('a circuit', () => {
  it('opens at ten calls of which more than half failed, lets nothing through, and tells', async () => {
    const circuits = new Circuits({ ...QUICK, resetMs: 60_000 });
    const told: [string, CircuitState][] = [];
    const outcomes: string[] = [];
    circuits.listen({
      changed: (name, state) => told.push([name, state]),
      called: (_name, outcome) => outcomes.push(outcome),
    });
    await failTimes(circuits, 9);
    expect(circuits.states().get('there')).toBe('closed');
    await failTimes(circuits, 1);
    expect(circuits.states().get('there')).toBe('open');
    const work = failing(0);
    await expect(circuits.call('there', work, { repeatable: true })).rejects.toMatchObject({
      parts: { status: 503, retryAfterSeconds: 60 },
    });
    expect(work).not.toHaveBeenCalled();
    expect(told).toEqual([['there', 'open']]);
    expect(outcomes).toEqual([...Array<string>(10).fill('failed'), 'not_tried']);
  });

  it('stays closed while at most half fail', async () => {
    const circuits = new Circuits(QUICK);
    for (let each = 0; each < 20; each++) {
      await circuits.call('there', failing(0));
      await failTimes(circuits, 1);
    }
    expect(circuits.states().get('there')).toBe('closed');
  });

  it('is one a destination', async () => {
    const circuits = new Circuits({ ...QUICK, resetMs: 60_000 });
    await failTimes(circuits, 10);
    expect(await circuits.call('elsewhere', failing(0))).toBe('answer');
  });

  it('tries one call after a while: closes when it is answered, opens again when not', async () => {
    const circuits = new Circuits(QUICK);
    const told: CircuitState[] = [];
    circuits.listen({ changed: (_name, state) => told.push(state), called: () => undefined });
    const halfOpen = async () =>
      vi.waitFor(() => {
        expect(circuits.states().get('there')).toBe('half_open');
      });
    await failTimes(circuits, 10);
    await halfOpen();
    await failTimes(circuits, 1);
    await halfOpen();
    expect(await circuits.call('there', failing(0))).toBe('answer');
    expect(told).toEqual(['open', 'half_open', 'open', 'half_open', 'closed']);
  });
});
