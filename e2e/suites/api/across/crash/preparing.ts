/** What must be so that a write has something to do: by route, where a fresh district is not enough. */
import { bringDraft } from '../district/draft.ts';
import type { District } from '../district/district.ts';
import type { Request } from '../transport.ts';
import type { World } from '../world.ts';
import { codeAt } from '../../adults.ts';

type Preparing = (world: Omit<World, 'district'>, district: District, request: Request) => Promise<Request | undefined>;

const PREPARING: Readonly<Record<string, Preparing>> = {
  'POST /v1/accounts/:accountId/reinstate': async ({ stack }, { here }) => {
    const accounts = stack.db.updateTable('accounts').where('id', '=', here.facilitator.accountId);
    await accounts.set({ suspended_at: new Date() }).execute();
    return undefined;
  },
  'POST /v1/classrooms/:classroomId/code/unlock': async ({ stack }, { here }) => {
    await stack.db
      .updateTable('classrooms')
      .where('id', '=', here.classroom.id)
      .set({ locked_at: new Date() })
      .execute();
    return undefined;
  },
  'POST /v1/lessons/:lessonId/draft': async ({ stack }, { draft }) => {
    await stack.db
      .deleteFrom('lesson_versions')
      .where('lesson_id', '=', draft.lessonId)
      .where('state', '=', 'draft')
      .execute();
    return undefined;
  },
  'POST /v1/lessons/:lessonId/draft/approve': async ({ stack }, { draft, districtAdmin }) => {
    await bringDraft(stack, draft, { to: 'review', reviewer: districtAdmin });
    return undefined;
  },
  'POST /v1/lessons/:lessonId/draft/reject': async ({ stack }, { draft, districtAdmin }) => {
    await bringDraft(stack, draft, { to: 'review', reviewer: districtAdmin });
    return undefined;
  },
  'POST /v1/lessons/:lessonId/draft/publish': async ({ stack }, { draft, districtAdmin }) => {
    await bringDraft(stack, draft, { to: 'approved', reviewer: districtAdmin });
    return undefined;
  },
  'POST /v1/me/account/second-factor/confirm': async ({ send }, { credentials }, request) => {
    const body = JSON.stringify({ password: credentials.password });
    const { text } = await send({ ...request, url: '/v1/me/account/second-factor', body });
    const { secret } = JSON.parse(text) as { readonly secret: string };
    return { ...request, body: JSON.stringify({ code: codeAt(secret, Date.now()) }) };
  },
};

/** @returns the request, or one in its place that fits what was prepared. */
export async function prepare(name: string, world: World, request: Request): Promise<Request> {
  return (await PREPARING[name]?.(world, world.district, request)) ?? request;
}

/** Writes that are not repeated, and why. */
export const NOT_REPEATED: Readonly<Record<string, string>> = {
  'POST /v1/auth/bootstrap': 'there is a first account in every district here',
  'POST /v1/exports/download': 'a secret is good for once, and a key is refused',
};
