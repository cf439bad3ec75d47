import { describe, expect, it } from 'vitest';
import { allIn, Personal } from './personal.ts';

describe('Personal', () => {
  const personal = new Personal();
  personal.add('alias', 'Calm Otter 17', 'Calm Owl 3');
  personal.add('address of mail', 'someone@example.org', null, undefined);

  it('finds what is there, wherever it is, once', () => {
    const text = '{"msg":"Calm Otter 17 joined, Calm Otter 17"} to=someone@example.org';
    expect(personal.foundIn(text).sort()).toEqual(['address of mail: someone@example.org', 'alias: Calm Otter 17']);
  });

  it('finds nothing where there is none of it', () => {
    expect(personal.foundIn('Calm Otter 18, someone@example.com, Calm Ow')).toEqual([]);
  });

  it('does not look for what is found by chance', () => {
    personal.add('code', '12345');
    expect(personal.foundIn('12345')).toEqual([]);
    expect(personal.size).toBe(3);
  });

  it('takes for a token what looks like one', () => {
    const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    expect(allIn(personal, `sent ${token} and eyJ`)).toEqual([`token: ${token}`]);
  });
});
