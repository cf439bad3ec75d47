/** Lessons as they are sent. */
import { Type, type Static } from 'typebox';
import {
  bandsOf,
  CATEGORIES,
  GRADE_BANDS,
  LESSON_FIELDS,
  Language,
  LessonContent,
  minutesOf,
} from '@heroes/migrations/curriculum/content.ts';
import { STATES } from '../../domain/review.ts';
import { closed, LessonId, Time } from '../../http/schemas.ts';

export const Version = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  description: 'Version of a lesson, counted from 1.',
});
export const Category = Type.Enum([...CATEGORIES], { type: 'string', description: 'What lessons are about.' });
export { Language };

const TimeOrNull = (description: string) => Type.Union([Time, Type.Null()], { description });

const derived = {
  gradeBands: Type.Array(Type.Enum(Object.keys(GRADE_BANDS), { type: 'string' }), {
    maxItems: Object.keys(GRADE_BANDS).length,
    description: 'The grade bands that its grades lie in.',
  }),
  durationMinutes: Type.Integer({ minimum: 0, description: 'How long it takes.' }),
};

const { title, summary, language, translationOf, gradeLevels, categories, objectives, sensitive } = LESSON_FIELDS;

export const LessonSummary = closed(
  {
    id: LessonId,
    version: Version,
    title,
    summary,
    language,
    translationOf,
    gradeLevels,
    categories,
    objectives,
    sensitive,
    ...derived,
  },
  { title: 'LessonSummary' },
);
export type LessonSummary = Static<typeof LessonSummary>;

export const Digest = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 of the canonical JSON (RFC 8785) of what the lesson says, hexadecimal.',
});

export const Lesson = closed(
  {
    id: LessonId,
    version: Version,
    ...LESSON_FIELDS,
    ...derived,
    digest: Digest,
    publishedAt: Time,
    retiredAt: TimeOrNull('When another took its place, or it was withdrawn; null while it is current.'),
  },
  { title: 'Lesson' },
);
export type Lesson = Static<typeof Lesson>;

export const Fault = closed(
  {
    pointer: Type.String({ maxLength: 200, description: 'Where, as a JSON Pointer into the lesson.' }),
    detail: Type.String({ maxLength: 400, description: 'What is wrong, and what to do.' }),
  },
  { title: 'LessonFault' },
);

const State = Type.Enum([...STATES], { type: 'string', description: 'How far it has come.' });

const ReviewNote = Type.Union([Type.String({ maxLength: 500 }), Type.Null()], {
  description: 'What its reviewer had to say.',
});

export const Draft = closed(
  {
    lessonId: LessonId,
    version: Version,
    state: State,
    content: LessonContent,
    faults: Type.Array(Fault, { maxItems: 200, description: 'What stands in the way of its publication.' }),
    youWrote: Type.Boolean({ description: 'Whether you have changed it, and so cannot approve it.' }),
    reviewNote: ReviewNote,
    updatedAt: Time,
  },
  { title: 'LessonDraft' },
);

export const VersionSummary = closed(
  {
    version: Version,
    state: State,
    title,
    source: Type.Enum(['curriculum', 'district'], {
      type: 'string',
      description: 'curriculum: it came with a release; district: it was written here.',
    }),
    reviewNote: ReviewNote,
    createdAt: Time,
    publishedAt: TimeOrNull('When it was published.'),
    retiredAt: TimeOrNull('When it was retired.'),
  },
  { title: 'LessonVersionSummary' },
);

export const Pin = closed({ lessonId: LessonId, version: Version, pinnedAt: Time }, { title: 'LessonPin' });

const BundledFile = closed(
  { path: Type.String({ maxLength: 200 }), bytes: Type.Integer(), sha256: Digest },
  { title: 'BundledFile' },
);

export const Bundle = closed(
  {
    lesson: Lesson,
    files: Type.Array(BundledFile, {
      maxItems: 180,
      description: 'The media that the lesson shows and their captions, to be fetched with it and checked.',
    }),
    totalBytes: Type.Integer({ description: 'How much there is to be kept: what the lesson says, and its files.' }),
    expiresAt: Type.Union([Time], { description: 'When a device forgets it, unless it has asked again.' }),
  },
  { title: 'LessonBundle' },
);
export type Bundle = Static<typeof Bundle>;

/** A version that everybody may read, as the database has it. */
export interface PublicVersion {
  readonly lesson_id: string;
  readonly version: number;
  readonly content: LessonContent;
  readonly digest: Buffer;
  readonly published_at: Date;
  readonly retired_at: Date | null;
}

const derivedOf = (content: LessonContent) => ({
  gradeBands: bandsOf(content.gradeLevels),
  durationMinutes: minutesOf(content),
});

export const lessonOf = (row: PublicVersion): Lesson => ({
  id: row.lesson_id,
  version: row.version,
  ...row.content,
  ...derivedOf(row.content),
  digest: row.digest.toString('hex'),
  publishedAt: row.published_at.toISOString(),
  retiredAt: row.retired_at?.toISOString() ?? null,
});

export function summaryOf({ lesson_id: id, version, content }: PublicVersion): LessonSummary {
  const { title, summary, language, translationOf, gradeLevels, categories, objectives, sensitive } = content;
  const translation = translationOf === undefined ? {} : { translationOf };
  const words = { title, summary, language, ...translation, gradeLevels, categories, objectives, sensitive };
  return { id, version, ...words, ...derivedOf(content) };
}
