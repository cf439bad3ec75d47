/** How requests are checked against the schemas of their routes. */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { Compile } from 'typebox/compile';

/**
 * Fastify's `validatorCompiler`. What comes in an address is text and may have to be made a number of first; what is right as it
 * is is not looked at twice.
 */
export const compileValidator: typeof TypeBoxValidatorCompiler = (part) => {
  const convertAndCheck = TypeBoxValidatorCompiler(part);
  if (part.httpPart === 'body') return convertAndCheck;
  const asIs = Compile(part.schema);
  return (value: unknown) => (asIs.Check(value) ? { value } : convertAndCheck(value));
};
