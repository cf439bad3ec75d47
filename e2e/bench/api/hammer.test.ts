import { describe, expect, it } from 'vitest';
import { Answers, requestBytes } from './hammer.ts';

describe('requestBytes', () => {
  it('is a GET without a body, and others with one', () => {
    expect(requestBytes({ method: 'GET', path: '/x' }).toString()).toBe('GET /x HTTP/1.1\r\nhost: bench\r\n\r\n');
    const put = requestBytes({ method: 'PUT', path: '/x', token: 'a.b.c', body: { text: 'é' } }).toString();
    expect(put).toMatch(/^PUT \/x HTTP\/1.1\r\n/);
    expect(put).toContain('authorization: Bearer a.b.c\r\n');
    expect(put).toMatch(/content-length: 13\r\n\r\n{"text":"é"}$/);
  });
});

describe('Answers', () => {
  const answer = (status: number, body: string): string =>
    `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\nx: y\r\n\r\n${body}`;
  const wire = Buffer.from(answer(200, 'one') + answer(503, '') + answer(201, 'a\r\n\r\nb'));

  it.each([1, 2, 7, 1000])('are told apart however they come: %d bytes at a time', (size) => {
    const statuses: number[] = [];
    const answers = new Answers((status) => statuses.push(status));
    for (let at = 0; at < wire.length; at += size) answers.take(wire.subarray(at, at + size));
    expect(statuses).toEqual([200, 503, 201]);
  });
});
