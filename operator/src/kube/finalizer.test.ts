import { describe, expect, it } from 'vitest';
import { ApiError } from './errors.ts';
import { writeFinalizer } from './finalizer.ts';
import type { KubeObject } from './resource.ts';

const resource = { apiVersion: 'h/v1', kind: 'H', plural: 'hs' };

const object = (finalizers?: readonly string[]): KubeObject => ({
  apiVersion: 'h/v1',
  kind: 'H',
  metadata: {
    name: 'demo',
    namespace: 'n',
    uid: 'uid-1',
    resourceVersion: '7',
    labels: { a: 'b' },
    ...(finalizers === undefined ? {} : { finalizers }),
  },
  spec: { a: 1 },
});

function server(answer: KubeObject | Error = object([])) {
  const asked: KubeObject[] = [];
  const merge = async (_resource: unknown, patch: KubeObject): Promise<KubeObject> => {
    asked.push(patch);
    await Promise.resolve();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, client: { merge } };
}

describe('writeFinalizer', () => {
  it.each([
    ['sets it', undefined, true, ['us/x']],
    ["sets it beside another's", ['them/y'], true, ['them/y', 'us/x']],
    ['sets it once', ['us/x', 'them/y'], true, ['them/y', 'us/x']],
    ['takes it off', ['us/x'], false, []],
    ["takes it off and leaves another's", ['them/y', 'us/x', 'them/z'], false, ['them/y', 'them/z']],
    ['has nothing to take off', undefined, false, []],
  ])('%s', async (_what, before, present, finalizers) => {
    const { asked, client } = server();
    await writeFinalizer(client, { resource, object: object(before) }, { name: 'us/x', present });
    expect(asked).toMatchObject([{ metadata: { finalizers } }]);
  });

  it('writes onto the very version and object that were seen, and nothing but the finalizers', async () => {
    const { asked, client } = server(object(['us/x']));
    const after = await writeFinalizer(client, { resource, object: object() }, { name: 'us/x', present: true });
    expect(asked).toEqual([
      {
        apiVersion: 'h/v1',
        kind: 'H',
        metadata: { name: 'demo', namespace: 'n', uid: 'uid-1', resourceVersion: '7', finalizers: ['us/x'] },
      },
    ]);
    expect(after).toEqual(object(['us/x']));
  });

  it.each([
    ['it is gone', new ApiError(404, undefined)],
    [
      'another has taken its name',
      new ApiError(409, {
        kind: 'Status',
        message: 'Precondition failed: UID in precondition: uid-1, UID in object meta: uid-2',
      }),
    ],
  ])('has nothing to do when %s', async (_what, error) => {
    const finalized = { resource, object: object() };
    expect(await writeFinalizer(server(error).client, finalized, { name: 'us/x', present: true })).toBeUndefined();
  });

  it.each([
    new ApiError(409, {
      kind: 'Status',
      message: 'the object has been modified; please apply your changes to the latest version',
    }),
    new ApiError(403, undefined),
    new Error('connection refused'),
  ])('does not hide %s', async (error) => {
    const finalized = { resource, object: object() };
    await expect(writeFinalizer(server(error).client, finalized, { name: 'us/x', present: true })).rejects.toBe(error);
  });
});
