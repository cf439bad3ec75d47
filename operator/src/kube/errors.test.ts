import { describe, expect, it } from 'vitest';
import { ApiError, isConflict, isExpired, isImmutable, isNotFound, isRefusal, messageOf } from './errors.ts';

const status = (code: number, message: string): ApiError => new ApiError(code, { kind: 'Status', message });

describe('ApiError', () => {
  it('speaks with the words of the API server', () => {
    const body = { kind: 'Status', reason: 'Invalid', message: 'spec.x: Invalid value' };
    expect(new ApiError(422, body, 3_000)).toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: 'spec.x: Invalid value',
      retryAfterMs: 3_000,
      conflicts: [],
    });
  });

  it.each([undefined, null, '<html>', { kind: 'Pod' }, []])('has words of its own for an answer of %j', (body) => {
    expect(new ApiError(502, body)).toMatchObject({
      message: 'the API server answered 502',
      reason: '',
      conflicts: [],
    });
  });

  it.each([
    ['conflict with "argocd"', 'argocd', true],
    ['conflict with "argocd" with subresource "scale"', 'argocd', true],
    ['conflict with "kubectl-edit" using apps/v1', 'kubectl-edit', false],
    ['conflict with "hpa" with subresource "scale" using apps/v1 at 2026-11-24T22:00:00Z', 'hpa', false],
    ['conflict with "a \\"b\\" using c"', 'a \\"b\\" using c', true],
  ])('reads %s', (message, manager, declared) => {
    const causes = [{ reason: 'FieldManagerConflict', message, field: '.spec.a' }, { reason: 'FieldValueInvalid' }];
    const { conflicts } = new ApiError(409, { kind: 'Status', details: { causes } });
    expect(conflicts).toEqual([{ field: '.spec.a', manager, declared }]);
  });
});

describe('what an error means', () => {
  const meanings = { isNotFound, isConflict, isExpired, isRefusal, isImmutable };
  const meaning = (error: unknown): string[] =>
    Object.entries(meanings).flatMap(([name, holds]) => (holds(error) ? [name] : []));

  it.each<[string, unknown, string[]]>([
    ['404', status(404, 'x'), ['isNotFound']],
    ['409', status(409, 'x'), ['isConflict']],
    ['410', status(410, 'x'), ['isExpired']],
    ['400', status(400, 'x'), ['isRefusal']],
    ['403', status(403, 'x'), ['isRefusal']],
    ['413', status(413, 'x'), ['isRefusal']],
    ['422', status(422, 'x'), ['isRefusal']],
    ['a missing right', status(403, 'pods is forbidden: User "heroes" cannot list resource "pods"'), []],
    ['401', status(401, 'x'), []],
    ['429', status(429, 'x'), []],
    ['500', status(500, 'field is immutable'), []],
    ['a wrong type', status(500, 'failed to create typed patch object (a/b; v1, Kind=X): .spec: x'), ['isRefusal']],
    ['a Job', status(422, 'spec.template: Invalid value: {}: field is immutable'), ['isRefusal', 'isImmutable']],
    [
      'a StatefulSet',
      status(
        422,
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden",
      ),
      ['isRefusal', 'isImmutable'],
    ],
    ['a fault', new Error('field is immutable'), []],
    ['nothing', undefined, []],
  ])('is read from the answer: %s', (_what, error, expected) => {
    expect(meaning(error)).toEqual(expected);
  });

  it('is told in one line', () => {
    expect([messageOf(new Error('x')), messageOf('y'), messageOf(undefined)]).toEqual(['x', 'y', 'undefined']);
  });
});
