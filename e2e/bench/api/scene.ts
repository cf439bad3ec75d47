/** A school in the middle of a lesson, as the load finds it: classes with students who have joined, and classes to join. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { createEpochs } from '@heroes/api/access/epochs.ts';
import { KeyRing } from '@heroes/api/access/keys.ts';
import { sealer } from '@heroes/api/access/sealing.ts';
import { createTokens } from '@heroes/api/access/tokens.ts';
import { classCode } from '@heroes/api/domain/codes.ts';
import { recordConsent } from '../../suites/api/class-calls.ts';
import { enrol, makeClassroom, makePerson, makeSchool, type Enrolled, type Makings } from '../../suites/api/people.ts';
import { SECRETS, type Pod } from './pod.ts';

/** Students of a class. */
const CLASS = 30;
/** A class takes 40 unless it is told otherwise. */
const SEATS = 40;

export interface Lesson {
  readonly id: string;
  readonly steps: number;
}

export interface Taught {
  readonly id: string;
  /** Of its teacher. */
  readonly token: string;
}

/** Plain, so that it can be handed to another process. */
export interface Scene {
  readonly lessons: readonly Lesson[];
  readonly students: readonly Enrolled[];
  readonly classes: readonly Taught[];
  /** Codes of classes that nobody has joined yet. */
  readonly codes: readonly string[];
}

export interface Size {
  readonly students: number;
  readonly joins: number;
}

export interface School {
  /** @returns the scene. Tokens of teachers are good for a quarter of an hour: each load gets new ones. */
  readonly scene: () => Promise<Scene>;
  /** The classes that are there to be joined. */
  readonly doors: readonly string[];
}

/** A database, and what the keys that sign tokens are sealed with; a pod's unless given. */
export type Place = Pick<Pod, 'db'> & { readonly tokenSecret?: string };

/** Makes a school in a database. */
export async function openSchool(place: Place, { students, joins }: Size): Promise<School> {
  const { db, tokenSecret = SECRETS.TOKEN_SECRET } = place;
  const tokens = createTokens(new KeyRing(db, sealer(tokenSecret, 'signing keys')), createEpochs(db));
  const makings: Makings = { db, context: { tokens } };
  await recordConsent({ db });
  const schoolId = await makeSchool(makings);
  const lessons = await lessonsIn(makings);
  const classes: (Taught & { readonly renew: () => Promise<string> })[] = [];
  const enrolled: Enrolled[] = [];
  while (enrolled.length < students) {
    const taught = await teach(makings, { schoolId, lesson: lessons[0] });
    classes.push(taught);
    const joining = Array.from({ length: CLASS }, async () => enrol(makings, taught));
    enrolled.push(...(await Promise.all(joining)));
  }
  const { accountId } = await makePerson(makings, 'facilitator', schoolId);
  const doors = await openDoors(makings, { count: Math.ceil(joins / CLASS), ownerId: accountId, schoolId });
  // As the job does every five minutes; and as autovacuum does by itself.
  await sql`refresh materialized view classroom_summary`.execute(db);
  await sql`analyze`.execute(db);
  return {
    doors: doors.map(({ id }) => id),
    scene: async () => ({
      lessons,
      students: enrolled,
      classes: await Promise.all(classes.map(async ({ id, renew }) => ({ id, token: await renew() }))),
      codes: doors.map(({ code }) => code),
    }),
  };
}

async function lessonsIn({ db }: Makings): Promise<Lesson[]> {
  const { rows } = await sql<Lesson>`
    select lesson_id as id, jsonb_array_length(content -> 'steps') as steps from lesson_versions
    where state = 'published' order by lesson_id`.execute(db);
  return rows;
}

/** A class with a lesson under way. */
async function teach(makings: Makings, { schoolId, lesson }: { schoolId: string; lesson: Lesson | undefined }) {
  const { db, context } = makings;
  const { accountId, token } = await makePerson(makings, 'facilitator', schoolId);
  const { id } = await makeClassroom(makings, accountId, schoolId);
  if (lesson === undefined) throw new Error('the curriculum has no lessons');
  await db.insertInto('live_sessions').values({ classroom_id: id, lesson_id: lesson.id, version: 1 }).execute();
  const signIn = db.selectFrom('sign_ins').select('id').where('account_id', '=', accountId);
  const { id: signInId } = await signIn.executeTakeFirstOrThrow();
  const grants = [{ role: 'facilitator', schoolId }] as const;
  const renew = async (): Promise<string> =>
    (await context.tokens.forAccount({ accountId, signInId, grants }, 0)).token;
  return { id, token, renew };
}

interface Doors {
  readonly count: number;
  readonly ownerId: string;
  readonly schoolId: string;
}

const openDoors = async ({ db }: Makings, { count, ownerId, schoolId }: Doors) =>
  count === 0
    ? []
    : db
        .insertInto('classrooms')
        .values(
          Array.from({ length: count }, () => ({
            code: classCode(randomBytes(8)),
            grade_level: 5,
            capacity: SEATS,
            owner_id: ownerId,
            school_id: schoolId,
            expires_at: new Date(Date.now() + 24 * 3_600_000),
          })),
        )
        .returning(['id', 'code'])
        .execute();
