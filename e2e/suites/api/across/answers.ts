/** What holds of every answer, whatever was asked. */
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Route } from '@heroes/api/http/route.ts';
import { ProblemDocument } from '@heroes/api/http/schemas.ts';
import { MARK } from './hostile.ts';
import type { Reply } from './transport.ts';

/** @returns what is wrong with an answer of a route, in words: a field that is not declared, an error that is no problem. */
export function answerFaults(route: Route, reply: Reply): string[] {
  if (reply.status >= 400) return errorFaults(reply);
  const declared = route.answers[reply.status];
  if (declared === undefined) return [`answers ${reply.status}, which it does not declare`];
  const faults = headerFaults(reply);
  if (declared.schema !== undefined && reply.type.startsWith('application/json') && reply.text !== '')
    faults.push(...mismatches(declared.schema, JSON.parse(reply.text)));
  return faults;
}

/** @returns what is wrong with an error. */
export function errorFaults(reply: Reply): string[] {
  const { status, type, text } = reply;
  const faults = headerFaults(reply);
  if (status >= 500) faults.push(`failed: ${status} ${text}`);
  if (/\n\s+at |node_modules|\.ts:\d/.test(text)) faults.push(`shows where it failed: ${text.slice(0, 300)}`);
  if (status === 401 && reply.headers['www-authenticate'] === undefined) faults.push('401 without WWW-Authenticate');
  // To HEAD there is no body.
  if (!type.startsWith('application/problem+json')) faults.push(`an error of type ${type}: ${text.slice(0, 300)}`);
  else if (text !== '') faults.push(...problemFaults(status, text));
  return faults;
}

function problemFaults(status: number, text: string): string[] {
  const problem = JSON.parse(text) as { readonly status?: number };
  const faults = mismatches(ProblemDocument, problem);
  return problem.status === status ? faults : [...faults, `says ${String(problem.status)} in a ${status}`];
}

/** What a client says does not come back where it would be obeyed. */
function headerFaults({ headers }: Reply): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    `${name}: ${String(value)}`.includes(MARK) ? [`echoes in ${name}: ${String(value)}`] : [],
  );
}

const mismatches = (schema: TSchema, value: unknown): string[] =>
  [...Value.Errors(schema, value)].slice(0, 5).map(({ instancePath, message }) => `${instancePath} ${message}`);
