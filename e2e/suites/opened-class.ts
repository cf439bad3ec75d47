/** A district's way from nobody to a class that can be joined, by the API alone: as a platform team and a school go it. */

export interface Sent {
  readonly method?: string;
  readonly json?: object;
  readonly token?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request to an API; a POST when it has a body and does not say otherwise. */
export type Ask = (path: string, sent?: Sent) => Promise<Answer>;

export const FIRST_ADMINISTRATOR = { email: 'first@district.example', password: 'tortoise wardrobe quilt' };

/** Makes the first administrator. @returns a token of theirs. @throws Error when there is one already. */
export async function bootstrap(ask: Ask, bootstrapToken: string): Promise<string> {
  const json = { ...FIRST_ADMINISTRATOR, token: bootstrapToken, displayName: 'First Administrator' };
  const { accessToken } = await expecting(201, ask('/v1/auth/bootstrap', { json }));
  return String(accessToken);
}

/** Signs the first administrator in. @returns a token of theirs. */
export async function signIn(ask: Ask): Promise<string> {
  const { accessToken } = await expecting(200, ask('/v1/auth/sign-in', { json: FIRST_ADMINISTRATOR }));
  return String(accessToken);
}

export interface OpenedClass {
  readonly id: string;
  readonly code: string;
  readonly schoolId: string;
}

/** As an administrator: a school, its consent, and a class that can be joined. */
export async function openClass(ask: Ask, token: string): Promise<OpenedClass> {
  const { id: schoolId } = await expecting(201, ask('/v1/schools', { token, json: { name: 'Grand Bend Elementary' } }));
  const consent = { basis: 'school', noticeVersion: '2026-08', signer: 'Superintendent', signedOn: '2026-08-03' };
  await expecting(201, ask('/v1/privacy/consents', { token, json: consent }));
  const json = { title: '5b', gradeLevel: 5, schoolId };
  const { id, code } = await expecting(201, ask('/v1/classrooms', { token, json }));
  return { id: String(id), code: String(code), schoolId: String(schoolId) };
}

/** A student joins. @returns its token. */
export async function join(ask: Ask, code: string): Promise<string> {
  const { token } = await expecting(201, ask('/v1/join', { json: { code } }));
  return String(token);
}

/** @throws Error, with what was answered instead. */
async function expecting(status: number, asked: Promise<Answer>): Promise<Answer['body']> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
