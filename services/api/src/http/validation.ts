/** How requests are checked against the schemas of their routes. */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { Compile } from 'typebox/compile';

/** Marks an array of a body whose items the route judges one by one: one that is wrong must not stop the others. */
export const EACH_BY_ITSELF = { 'x-each-by-itself': true } as const;

/**
 * Fastify's `validatorCompiler`. What comes in an address is text and may have to be made a number of first; what is right as it
 * is is not looked at twice.
 */
export const compileValidator: typeof TypeBoxValidatorCompiler = (part) => {
  if (part.httpPart === 'body') return TypeBoxValidatorCompiler({ ...part, schema: withoutJudged(part.schema) });
  const convertAndCheck = TypeBoxValidatorCompiler(part);
  const asIs = Compile(part.schema);
  return (value: unknown) => (asIs.Check(value) ? { value } : convertAndCheck(value));
};

type Properties = Readonly<Record<string, object>>;

/** @returns the names of the properties of a body whose items are judged by the route. */
export const judgedIn = (schema: object | undefined): readonly string[] =>
  Object.entries((schema as { readonly properties?: Properties } | undefined)?.properties ?? {})
    .filter(([, each]) => 'x-each-by-itself' in each)
    .map(([name]) => name);

/** Declared they stay: what is told of the route is what it takes. */
function withoutJudged<S extends object>(schema: S): S {
  const judged = judgedIn(schema);
  if (judged.length === 0) return schema;
  const { properties = {} } = schema as { readonly properties?: Properties };
  const any = Object.fromEntries(judged.map((name) => [name, { ...properties[name], items: {} }]));
  return { ...schema, properties: { ...properties, ...any } };
}
