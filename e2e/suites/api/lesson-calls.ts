/** Lessons for tests, asked for as their readers and editors do. */
import { randomUUID } from 'node:crypto';
import type { LessonContent } from '@heroes/migrations/curriculum/content.ts';
import { makePerson } from './people.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';

/** A stack that refuses nobody for being busy: a slow machine is not what these suites are about. */
export const startPatient = async (options: StackOptions = {}): Promise<Stack> =>
  startStack({
    ...options,
    adapt: (context) => ({
      ...context,
      rates: { ...context.rates, admit: async () => Promise.resolve() },
      shedding: { ...context.shedding, admit: () => undefined, admitToDatabase: () => undefined },
    }),
  });

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly as?: { readonly token: string } | undefined;
  readonly payload?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
  readonly etag: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** @returns what asks the API of a stack. */
export const asker =
  ({ app }: Pick<Stack, 'app'>) =>
  async <Body = Record<string, unknown>>(url: string, asked: Asked = {}): Promise<Reply<Body>> => {
    const { method = 'GET', as, payload, headers = {} } = asked;
    const {
      statusCode,
      body: text,
      headers: answered,
    } = await app.inject({
      method,
      url,
      headers: { ...headers, ...(as === undefined ? {} : { authorization: `Bearer ${as.token}` }) },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = (answered['content-type'] ?? '').includes('json');
    return {
      status: statusCode,
      body: (isJson ? JSON.parse(text) : undefined) as Body,
      etag: answered.etag ?? '',
      headers: answered,
      text,
    };
  };

export interface Draft {
  readonly lessonId: string;
  readonly version: number;
  readonly state: string;
  readonly content: LessonContent;
  readonly faults: readonly { readonly pointer: string }[];
  readonly youWrote: boolean;
  readonly reviewNote: string | null;
}

/** What a lesson must say to be published. */
export const COMPLETE = {
  title: 'A new lesson',
  summary: 'What it is about.',
  gradeLevels: [5],
  categories: ['online'],
  objectives: ['Know one thing'],
  steps: [{ title: 'The one step', minutes: 30, instructions: 'Do it together.' }],
  accessibility: { accessModes: ['textual'], hazards: [], adaptations: ['Read it aloud.'] },
} as const;

export interface Editors {
  readonly author: { readonly token: string };
  readonly reviewer: { readonly token: string };
}

/** The moves of lessons, by those who may make them. */
export function editing(stack: Stack, { author, reviewer }: Editors) {
  const ask = asker(stack);
  const at = (id: string, move = '') => `/v1/lessons/${id}/draft${move}`;
  const act = async (
    as: { readonly token: string },
    id: string,
    asked: { move: string; etag: string; payload?: object },
  ) =>
    ask<Draft>(at(id, asked.move), { method: 'POST', as, payload: asked.payload, headers: { 'if-match': asked.etag } });
  const patch = async (id: string, etag: string, payload: object) =>
    ask<Draft>(at(id), { method: 'PATCH', as: author, payload, headers: { 'if-match': etag } });
  return {
    ask,
    begin: async (id = `lesson-${randomUUID()}`, language = 'en') =>
      ask<Draft>('/v1/lessons', { method: 'POST', as: author, payload: { id, title: 'A new lesson', language } }),
    beginNext: async (id: string, from: string | number = 'current') =>
      ask<Draft>(at(id), { method: 'POST', as: author, payload: { from } }),
    read: async (id: string, as = author) => ask<Draft>(at(id), { as }),
    patch,
    submit: async (id: string, etag: string) => act(author, id, { move: '/submit', etag }),
    approve: async (id: string, etag: string, as = reviewer) => act(as, id, { move: '/approve', etag, payload: {} }),
    reject: async (id: string, etag: string, as = reviewer) =>
      act(as, id, { move: '/reject', etag, payload: { note: 'Say it shorter.' } }),
    publish: async (id: string, etag: string) => act(author, id, { move: '/publish', etag }),
    /** All the way from a draft. @returns the answer to its publication. */
    bring: async (id: string, etag: string, changes: object = COMPLETE) => {
      const written = await patch(id, etag, changes);
      const submitted = await act(author, id, { move: '/submit', etag: written.etag });
      const approved = await act(reviewer, id, { move: '/approve', etag: submitted.etag, payload: {} });
      return act(author, id, { move: '/publish', etag: approved.etag });
    },
  };
}

export interface Open {
  readonly id: string;
  readonly etag: string;
}

/** A stack with an author and a reviewer, and lessons as far as a test wants them. */
export async function openScene() {
  const stack = await startPatient();
  const author = await makePerson(stack, 'content_editor');
  const reviewer = await makePerson(stack, 'district_admin');
  const edit = editing(stack, { author, reviewer });
  const written = async (content: object = COMPLETE): Promise<Open> => {
    const { body, etag } = await edit.begin();
    return { id: body.lessonId, etag: (await edit.patch(body.lessonId, etag, content)).etag };
  };
  const submitted = async (): Promise<Open> => {
    const { id, etag } = await written();
    return { id, etag: (await edit.submit(id, etag)).etag };
  };
  const approved = async (): Promise<Open> => {
    const { id, etag } = await submitted();
    return { id, etag: (await edit.approve(id, etag)).etag };
  };
  const published = async (content: object = COMPLETE): Promise<string> => {
    const { body, etag } = await edit.begin();
    const { status } = await edit.bring(body.lessonId, etag, content);
    if (status !== 200) throw new Error(`the lesson was not published: ${status}`);
    return body.lessonId;
  };
  const discard = async (id: string, etag: string) =>
    edit.ask(`/v1/lessons/${id}/draft`, { method: 'DELETE', as: author, headers: { 'if-match': etag } });
  const states = async (id: string) => {
    const versions = stack.db.selectFrom('lesson_versions').select('state').where('lesson_id', '=', id);
    return (await versions.orderBy('version').execute()).map(({ state }) => state);
  };
  return { stack, author, reviewer, edit, written, submitted, approved, published, discard, states };
}

export type Scene = Awaited<ReturnType<typeof openScene>>;
