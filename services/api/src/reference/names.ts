/** What operations are called in the OpenAPI document and in the client: by method and path, so that nobody has to make it up. */
import type { Route } from '../http/route.ts';

const VERBS = { GET: 'get', PUT: 'put', PATCH: 'update', DELETE: 'delete' } as const;

/** @returns the name: `listLessons`, `getLesson`, `createLesson`, `submitLessonDraft`. */
export function operationName(each: Named): string {
  const { method, path, answers } = each;
  const words = wordsOf(path);
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1).join('');
  if (isList(answers[200])) return `list${before}${last}${ofWhat(path)}`;
  if (method !== 'POST') return `${VERBS[method]}${before}${last}`;
  if (answers[201] !== undefined && (before !== '' || singular(last) !== last))
    return `create${before}${singular(last)}`;
  // What is neither read nor added to others is done, and its path ends with what that is.
  return lowered(`${last}${before}`);
}

type Named = Pick<Route, 'method' | 'path' | 'answers'>;

/** A list that a path ends at by an id is one of several of its kind. */
function ofWhat(path: string): string {
  const [, name] = /:(\w+)$/.exec(path) ?? [];
  return name === undefined ? '' : `Of${name.charAt(0).toUpperCase()}${name.slice(1).replace(/Id$/, '')}`;
}

/** The path's fixed parts, each of one thing where an id follows: `/v1/lessons/:lessonId/draft` is Lesson, Draft. */
function wordsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== 'v1');
  return parts.flatMap((part, index) => {
    if (part.startsWith(':')) return [];
    const word = part.replaceAll(/(?:^|[^a-z0-9]+)([a-z0-9])/gi, (_match, letter: string) => letter.toUpperCase());
    return [parts[index + 1]?.startsWith(':') === true ? singular(word) : word];
  });
}

const singular = (word: string): string =>
  /(ss|us|is)$/.test(word) ? word : word.replace(/ies$/, 'y').replace(/s$/, '');

const lowered = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);

const isList = (answer: Route['answers'][number] | undefined): boolean =>
  'nextCursor' in ((answer?.schema as { properties?: object } | undefined)?.properties ?? {});
