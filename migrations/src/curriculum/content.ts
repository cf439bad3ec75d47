/** What a lesson is made of: one schema for the curriculum that comes with a release, for the API, and for what it documents. */
import { Type, type Static } from 'typebox';

/** What lessons are about; by these they are found. */
export const CATEGORIES = [
  'recognising',
  'feelings',
  'bystanders',
  'responding',
  'help-seeking',
  'online',
  'inclusion',
  'friendship',
  'repair',
  'school-climate',
] as const;

export const GRADES = [4, 5, 6] as const;

/** As American standards name them: the grades of this curriculum lie in two. */
export const GRADE_BANDS = { '3-5': [4, 5], '6-8': [6] } as const satisfies Readonly<Record<string, readonly number[]>>;
export type GradeBand = keyof typeof GRADE_BANDS;

/** Kinds of files that a lesson may show. No SVG, which can carry a script. */
export const MEDIA_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'audio/mpeg',
  'audio/ogg',
  'video/mp4',
  'video/webm',
  'application/pdf',
] as const;

const closed: typeof Type.Object = (properties, options) =>
  Type.Object(properties, { additionalProperties: false, ...options });

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });

const words = <Values extends string[]>(values: readonly [...Values], maxItems: number, description: string) =>
  Type.Array(Type.Enum(values, { type: 'string' }), { maxItems, uniqueItems: true, description });

const slug = (maxLength: number, description: string) =>
  Type.String({ pattern: `^[a-z0-9][a-z0-9-]{0,${maxLength - 1}}$`, maxLength, description });

const LessonId = Type.String({
  pattern: '^[a-z0-9-]{1,64}$',
  maxLength: 64,
  description: 'Id of a lesson: part of addresses and of what students have done, never changed.',
});

export const Language = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$',
  maxLength: 11,
  description: 'Language, script where it needs one, and region (BCP 47), as en, es-MX or zh-Hans.',
});

const stepIndex = (description: string) => Type.Integer({ minimum: 0, maximum: 19, description });

const Step = closed(
  {
    title: text(120, 'What the step is called.'),
    minutes: Type.Integer({ minimum: 1, maximum: 60, description: 'How long it takes in class.' }),
    instructions: text(2000, 'What the facilitator does, in plain words.'),
  },
  { title: 'LessonStep', description: 'A part of the lesson.' },
);

const Activity = closed(
  {
    id: slug(40, 'Names the activity within its lesson.'),
    step: stepIndex('The step that it belongs to, counted from 0.'),
    kind: Type.Enum(['one', 'many', 'scale'], {
      type: 'string',
      description: 'one: a single choice; many: any number of them; scale: a single one, and they are in order.',
    }),
    prompt: text(300, 'What students are asked.'),
    choices: Type.Array(text(120, 'A choice.'), {
      minItems: 2,
      maxItems: 10,
      uniqueItems: true,
      description: 'What can be chosen. There is no free text: nobody can write a name, or what would have to be read.',
    }),
    debrief: text(600, 'What the facilitator says or asks once all have chosen.'),
  },
  { title: 'LessonActivity', description: 'A question to which students choose an answer.' },
);

const file = {
  path: Type.String({
    pattern: '^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*\\.[a-z0-9]{2,5}$',
    maxLength: 200,
    description:
      'Where the file is among the media of the district. No address: what is shown comes from no third party.',
  }),
  bytes: Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'How large the file is.' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64, description: 'Digest of the file, hexadecimal.' }),
};

const Media = closed(
  {
    id: slug(40, 'Names the file within its lesson.'),
    step: stepIndex('The step at which it is shown, counted from 0.'),
    mediaType: Type.Enum([...MEDIA_TYPES], { type: 'string', description: 'What kind of file it is.' }),
    ...file,
    alt: Type.String({ maxLength: 500, description: 'What it shows or says, for whom it cannot be seen or heard.' }),
    captions: Type.Array(closed({ language: Language, ...file }, { title: 'LessonCaptions' }), {
      maxItems: 8,
      description: 'Captions (WebVTT) of what is said and heard.',
    }),
    transcript: Type.String({ maxLength: 8000, description: 'Everything that is said and happens, as text.' }),
  },
  { title: 'LessonMedia', description: 'A file that is shown in class.' },
);

const Accessibility = closed(
  {
    accessModes: words(
      ['textual', 'visual', 'auditory', 'tactile'],
      4,
      'By which senses it is taught (schema.org/accessMode).',
    ),
    hazards: words(
      ['flashing', 'motionSimulation', 'sound'],
      3,
      'What may harm somebody (schema.org/accessibilityHazard).',
    ),
    adaptations: Type.Array(text(300, 'An adaptation.'), {
      maxItems: 8,
      description: 'How those take part who cannot move, see, hear, read or speak as the steps assume.',
    }),
  },
  { title: 'LessonAccessibility', description: 'How everybody can take part.' },
);

export const CrisisResource = closed(
  {
    name: text(120, 'Who helps.'),
    contact: text(200, 'How they are reached.'),
    hours: text(80, 'When they are reached.'),
  },
  { title: 'CrisisResource', description: 'Help for a child that is in danger or in despair.' },
);

/** The lengths of lists and texts bound a lesson to about 200 kB. */
export const LESSON_FIELDS = {
  title: text(120, 'What the lesson is called.'),
  summary: Type.String({ maxLength: 600, description: 'What it is about, in two sentences.' }),
  language: Language,
  translationOf: Type.Optional(
    Type.Union([LessonId, Type.Null()], { description: 'The lesson that this one says in another language.' }),
  ),
  gradeLevels: Type.Array(Type.Integer({ minimum: 4, maximum: 6 }), {
    maxItems: GRADES.length,
    uniqueItems: true,
    description: 'The grades that it is for, 4 to 6.',
  }),
  categories: words(CATEGORIES, 4, 'What it is about.'),
  objectives: Type.Array(text(300, 'An objective.'), { maxItems: 8, description: 'What students can do afterwards.' }),
  steps: Type.Array(Step, { maxItems: 20, description: 'Its parts, in order.' }),
  activities: Type.Array(Activity, { maxItems: 20, description: 'What students answer.' }),
  media: Type.Array(Media, { maxItems: 20, description: 'What is shown.' }),
  accessibility: Accessibility,
  sensitive: Type.Boolean({ description: 'Whether it touches what may hurt somebody in the room.' }),
  crisisResources: Type.Array(CrisisResource, {
    maxItems: 10,
    description: 'Whom to turn to; shown with a sensitive lesson.',
  }),
};

export const LessonContent = closed(LESSON_FIELDS, {
  title: 'LessonContent',
  description: 'All that a lesson says; an edition of it is reviewed as a whole.',
});

export type LessonContent = Static<typeof LessonContent>;
export type LessonActivity = Static<typeof Activity>;
export type LessonMedia = Static<typeof Media>;

/** @returns how long a lesson takes, minutes. */
export const minutesOf = ({ steps }: Pick<LessonContent, 'steps'>): number =>
  steps.reduce((total, { minutes }) => total + minutes, 0);

/** @returns the bands that grades lie in. */
export const bandsOf = (grades: readonly number[]): GradeBand[] =>
  (Object.keys(GRADE_BANDS) as GradeBand[]).filter((band) =>
    (GRADE_BANDS[band] as readonly number[]).some((grade) => grades.includes(grade)),
  );
