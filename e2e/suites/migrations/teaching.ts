/** A class that is taught by the API of 0.1.0, while whatever else happens to its database. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Lesson {
  readonly classroomId: string;
  readonly code: string;
  /** Of students, by which they go on. */
  readonly tokens: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function ask(
  url: string,
  path: string,
  init: { method?: string; json?: object; token?: string } = {},
): Promise<Answer> {
  const { method = 'GET', json, token } = init;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A class, three students, and a lesson that they have begun. @throws Error when anything is refused. */
export async function teach(url: string): Promise<Lesson> {
  const made = await expecting(201, ask(url, '/v1/classrooms', { method: 'POST', json: { gradeLevel: 5 } }));
  const code = text(made.code);
  const tokens: string[] = [];
  for (let each = 0; each < 3; each++) {
    const joined = await expecting(201, ask(url, '/v1/sessions', { method: 'POST', json: { code } }));
    const token = text(joined.token);
    tokens.push(token);
    await expecting(200, ask(url, '/v1/progress/what-a-hero-does', { method: 'PUT', json: { step: 1 }, token }));
  }
  await expecting(200, ask(url, '/v1/lessons'));
  return { classroomId: text(made.id), code, tokens };
}

async function expecting(status: number, asked: Promise<Answer>): Promise<Answer['body']> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export interface Teaching {
  /** Ends it. @returns what went wrong meanwhile, and how many lessons went well. */
  readonly end: () => Promise<{ readonly faults: readonly string[]; readonly lessons: number }>;
}

/** Teaches class after class. */
export function keepTeaching(url: string): Teaching {
  const faults: string[] = [];
  let lessons = 0;
  const ended = new AbortController();
  const teaching = (async () => {
    while (!ended.signal.aborted) {
      try {
        await teach(url);
        lessons++;
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
      await sleep(20);
    }
  })();
  return {
    end: async () => {
      ended.abort();
      await teaching;
      return { faults, lessons };
    },
  };
}
