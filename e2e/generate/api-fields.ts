/** The fields of schemas, named by where they are: for people who ask what is kept of whom. */
import { referredName, type JsonSchema } from '@heroes/api/reference/schema.ts';

/**
 * @returns the paths of all fields that hold something, as `items[].title`; what has a name of its own is not opened, as
 * `items[]: Lesson`. Of a schema that is one value, none.
 */
export const fieldsOf = (schema: JsonSchema): string[] =>
  [...new Set(leaves(schema, ''))].filter((path) => path !== '');

function leaves(schema: JsonSchema, at: string): string[] {
  const name = referredName(schema);
  if (name !== undefined) return [at === '' ? name : `${at}: ${name}`];
  const { anyOf, items, properties = {}, patternProperties = {}, additionalProperties } = schema;
  if (anyOf !== undefined) return anyOf.flatMap((each) => leaves(each, at));
  if (items !== undefined) return leaves(items, `${at}[]`);
  const values = [
    ...Object.values(patternProperties),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  const inner = [
    ...Object.entries(properties).flatMap(([key, property]) => leaves(property, at === '' ? key : `${at}.${key}`)),
    ...values.flatMap((each) => leaves(each, `${at}{}`)),
  ];
  return inner.length === 0 ? [at] : inner;
}
