/** Shapes that several routes share. */
import { Type, type TSchema } from 'typebox';

/** An object that takes no field it does not know. */
export const closed: typeof Type.Object = (properties, options) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const LessonId = Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'Id of a lesson.' });
export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'A UUID in small letters.',
});
export const Time = Type.String({ format: 'date-time', description: 'A time, ISO 8601 in UTC.' });
export const CalendarDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A date, as 2026-11-25.' });
export const GradeLevel = Type.Integer({ minimum: 4, maximum: 6, description: 'Grade, 4 to 6.' });
export const ClassCode = Type.String({ minLength: 8, maxLength: 16, description: 'A class code, as ABCD-EFGH.' });

const MOST_ITEMS = 50;

/** What every list takes: no list is without an end. */
export const PAGING = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MOST_ITEMS,
      default: 20,
      description: 'Most items of a page; 20 unless given.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'The nextCursor of the page before; the first page without.',
    }),
  ),
} as const;

/** @returns the shape of a page of a list. */
export const pageOf = <T extends TSchema>(item: T) =>
  closed({
    items: Type.Array(item, { maxItems: MOST_ITEMS }),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Where the next page begins; null on the last.',
    }),
  });

/** RFC 9457, as every error is answered. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({
      description: 'A URI that names the kind of problem; about:blank unless there is more to say.',
    }),
    title: Type.String({ description: 'The status in words.' }),
    status: Type.Integer({ minimum: 400, maximum: 599, description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What was wrong with this request, and what to do.' }),
    errors: Type.Optional(
      Type.Array(
        closed({
          pointer: Type.String({ description: 'Where in the request, as a JSON Pointer.' }),
          detail: Type.String({ description: 'What is wrong there.' }),
        }),
      ),
    ),
    requestId: Type.String({ description: 'By which the log is searched.' }),
  },
  { $id: 'Problem' },
);
