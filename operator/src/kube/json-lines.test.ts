import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLines } from './json-lines.ts';

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

const collect = async (bytes: Uint8Array, sizes: readonly number[]): Promise<unknown[]> => {
  const seen: unknown[] = [];
  for await (const value of jsonLines(cut(bytes, sizes))) seen.push(value);
  return seen;
};

describe('jsonLines', () => {
  it('gives the same documents wherever the network cuts them', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    const documents = fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() }));
    await fc.assert(
      fc.asyncProperty(documents, sizes, async (values, cuts) => {
        const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
        expect(await collect(new TextEncoder().encode(text), cuts)).toEqual(values);
      }),
    );
  });

  it('drops a last line that was torn', async () => {
    expect(await collect(new TextEncoder().encode('{"a":1}\n{"b":'), [3])).toEqual([{ a: 1 }]);
  });

  it('does not pass over a line that is not JSON', async () => {
    await expect(collect(new TextEncoder().encode('<html>\n'), [3])).rejects.toThrow(SyntaxError);
  });
});
