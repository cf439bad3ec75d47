import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventRecorder } from './events.ts';
import type { KubeObject } from './resource.ts';
import { RecordingLogger } from './testing/recording-logger.ts';

const about = (uid = 'uid-1'): KubeObject => ({
  apiVersion: 'h/v1',
  kind: 'H',
  metadata: { name: 'demo', namespace: 'n', uid, resourceVersion: '7' },
});
const parts = { type: 'Warning', reason: 'Refused', message: 'it is too large' } as const;

function recording(fault?: Error) {
  const written: KubeObject[] = [];
  const log = new RecordingLogger();
  const apply = async (_resource: unknown, event: KubeObject): Promise<KubeObject> => {
    written.push(event);
    await Promise.resolve();
    if (fault !== undefined) throw fault;
    return event;
  };
  return { written, log, recorder: new EventRecorder({ apply }, 'us', log) };
}

describe('EventRecorder', () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-11-24T22:00:00.123Z') }));
  afterEach(() => vi.useRealTimers());

  it('writes who says what of which object, beside the object', () => {
    const { written, recorder } = recording();
    void recorder.record(about(), parts);
    expect(written).toMatchObject([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { namespace: 'n', name: expect.stringMatching(/^demo\.[0-9a-f]{16}$/) as string },
        involvedObject: { apiVersion: 'h/v1', kind: 'H', name: 'demo', namespace: 'n', uid: 'uid-1' },
        ...parts,
        count: 1,
        firstTimestamp: '2026-11-24T22:00:00Z',
        lastTimestamp: '2026-11-24T22:00:00Z',
        source: { component: 'us' },
        reportingComponent: 'us',
      },
    ]);
  });

  it('counts the same words about the same object in one Event', () => {
    const { written, recorder } = recording();
    void recorder.record(about(), parts);
    vi.setSystemTime(Date.parse('2026-11-24T23:00:00Z'));
    void recorder.record(about(), parts);
    const [first, second] = written;
    expect(second?.metadata.name).toBe(first?.metadata.name);
    expect(second).toMatchObject({
      count: 2,
      firstTimestamp: '2026-11-24T22:00:00Z',
      lastTimestamp: '2026-11-24T23:00:00Z',
    });
  });

  it.each([
    ['another reason', about(), { ...parts, reason: 'Other' }],
    ['other words', about(), { ...parts, message: 'other' }],
    ['another type', about(), { ...parts, type: 'Normal' as const }],
    ['an object made anew under the name', about('uid-2'), parts],
  ])('writes an Event of its own for %s', (_what, object, other) => {
    const { written, recorder } = recording();
    void recorder.record(about(), parts);
    void recorder.record(object, other);
    expect(written[1]?.metadata.name).not.toBe(written[0]?.metadata.name);
    expect(written[1]).toMatchObject({ count: 1 });
  });

  it('says no more than the API server takes', () => {
    const { written, recorder } = recording();
    void recorder.record(about(), { ...parts, message: 'x'.repeat(5_000) });
    expect(written[0]?.message).toBe('x'.repeat(1024));
  });

  it('logs what is lost, and stops nobody', async () => {
    const { log, recorder } = recording(new Error('connection refused'));
    void recorder.record(about(), parts);
    await vi.advanceTimersByTimeAsync(0);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        fields: { reason: 'Refused', error: 'connection refused' },
        message: 'an Event was not written',
      },
    ]);
  });
});
