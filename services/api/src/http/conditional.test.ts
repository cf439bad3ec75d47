import { describe, expect, it } from 'vitest';
import { conditional, represent, requireMatch } from './conditional.ts';
import { Problem } from './problems.ts';

const ready = represent('{"a":1}');
const { bytes: json, etag } = ready;
const ask = (tags?: string) =>
  conditional({ headers: { 'if-none-match': tags } }, { ...ready, headers: { 'x-more': '1' } }, 'no-cache');

describe('conditional', () => {
  it('sends what the client has not, with its tag', () => {
    const headers = { etag, 'cache-control': 'no-cache', 'x-more': '1' };
    expect(ask()).toEqual({ status: 200, json, headers });
    expect(ask('"another"')).toEqual({ status: 200, json, headers });
    expect(ask(etag)).toEqual({ status: 304, headers });
  });

  it('knows it among others, weakened, and by a star', () => {
    for (const tags of [`"another", ${etag}`, `W/${etag}`, '*']) expect(ask(tags)).toMatchObject({ status: 304 });
  });

  it('has another tag for each body', () => {
    expect(represent('{"a":2}').etag).not.toBe(etag);
  });
});

describe('requireMatch', () => {
  const status = (tags?: string): number => {
    try {
      requireMatch({ headers: { 'if-match': tags } }, etag);
      return 200;
    } catch (error) {
      return error instanceof Problem ? error.parts.status : 500;
    }
  };

  it('lets through who names what is there', () => {
    expect(status(etag)).toBe(200);
    expect(status(`"another", ${etag}`)).toBe(200);
  });

  it.each([
    ['says nothing', undefined, 428],
    ['says anything', '*', 428],
    ['has seen another', '"another"', 412],
    ['has a tag that was weakened', `W/${etag}`, 412],
  ])('refuses who %s', (_who, tags, refused) => {
    expect(status(tags)).toBe(refused);
  });
});
