import fc from 'fast-check';
import { Type, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '@heroes/api/routes.ts';
import { smallest, valid } from './values.ts';

const SCHEMAS = ROUTES.flatMap(({ method, path, schemas }) =>
  Object.entries(schemas as Readonly<Record<string, TSchema>>).map(
    ([part, schema]) => [`${part} of ${method} ${path}`, schema] as const,
  ),
);

describe.each(SCHEMAS)('%s', (_name, schema) => {
  it('has a smallest value, which is valid', () => {
    expect([...Value.Errors(schema, smallest(schema))]).toEqual([]);
  });

  it('has many valid values', () => {
    fc.assert(
      fc.property(valid(schema), (value) => {
        expect([...Value.Errors(schema, value)]).toEqual([]);
      }),
      { numRuns: 25, seed: 1 },
    );
  });
});

describe('known', () => {
  const schema = Type.Object({ lessonId: Type.String({ maxLength: 9 }), step: Type.Optional(Type.Integer()) });

  it('says what a property must be to mean something', () => {
    expect(smallest(schema, (name) => (name === 'lessonId' ? 'a-lesson' : undefined))).toEqual({
      lessonId: 'a-lesson',
    });
  });
});
