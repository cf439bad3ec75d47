/** Exports: asked for, made beside the requests, and fetched with a secret. */
import type { Transaction } from 'kysely';
import type { DB } from '@heroes/migrations/tables.ts';
import { asAccount, type Account } from '../../access/roles.ts';
import { pageFrom, pageRequest } from '../../http/paging.ts';
import { route, type Route } from '../../http/route.ts';
import { closed, pageOf, PAGING, Uuid } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import { comesAfter, NEWEST_PARTS, positionAt } from '../privacy/newest.ts';
import { download, link } from './link-routes.ts';
import { queueExport, type Format } from './queue.ts';
import {
  ASKED_BY,
  declared,
  Export,
  exportsOf,
  FormatGiven,
  none,
  oneExport,
  params,
  shown,
  type Row,
} from './shapes.ts';

const LIST = 'exports';

const ofClassroom = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/classrooms/:classroomId/exports',
    summary: 'Ask for a file of a class’s progress, by alias',
    access: { facilitator: 'own' },
    subject: 'classroom',
    schemas: { params: closed({ classroomId: Uuid }), body: closed({ format: FormatGiven }) },
    answers: {
      202: { description: 'It is being made.', schema: Export },
      429: { description: 'There are as many as one may have.' },
    },
  },
  async ({ actor, body, params: { classroomId }, tx }) => {
    const account = asAccount(actor);
    const made = await tx(async (db) =>
      request(db, account, { kind: 'class_progress', format: body.format, classroomId }),
    );
    return { status: 202, body: made };
  },
);

const ofDistrict = route(
  {
    ...declared,
    data: 'Aggregate',
    method: 'POST',
    path: '/v1/district/exports',
    summary: 'Ask for a file of the district’s progress by lesson and grade; of groups under five nothing is told',
    access: { district_admin: 'any' },
    schemas: { body: closed({ format: FormatGiven }) },
    answers: {
      202: { description: 'It is being made.', schema: Export },
      429: { description: 'There are as many as one may have.' },
    },
  },
  async ({ actor, body, tx }) => {
    const account = asAccount(actor);
    const made = await tx(async (db) => request(db, account, { kind: 'district_progress', format: body.format }));
    return { status: 202, body: made };
  },
);

const list = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/exports',
    summary: 'List one’s own exports, the newest first',
    access: ASKED_BY,
    schemas: { query: closed({ ...PAGING }) },
    answers: { 200: { description: 'A page of exports.', schema: pageOf(Export) } },
  },
  async ({ actor, query, tx }) => {
    const { limit, after } = pageRequest(LIST, NEWEST_PARTS, query);
    const found = await tx(async (db) =>
      exportsOf(db, asAccount(actor))
        .where(comesAfter(after, 'created_at'))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
    );
    const position = (row: Row) => positionAt(row.created_at, row.id);
    const { rows, nextCursor } = pageFrom(LIST, found, { limit, position });
    return { status: 200, body: { items: rows.map(shown), nextCursor } };
  },
);

const read = route(
  {
    ...declared,
    method: 'GET',
    path: '/v1/exports/:exportId',
    summary: 'See whether an export is ready',
    access: ASKED_BY,
    schemas: { params },
    answers: { 200: { description: 'The export.', schema: Export }, ...none },
  },
  async ({ actor, params: { exportId }, tx }) => {
    const row = await tx(async (db) => oneExport(db, asAccount(actor), exportId));
    return { status: 200, body: shown(row) };
  },
);

export const EXPORT_ROUTES: readonly Route[] = [ofClassroom, ofDistrict, list, read, link, download];

async function request(
  db: Transaction<DB>,
  actor: Account,
  wanted: {
    readonly kind: 'class_progress' | 'district_progress';
    readonly format: Format;
    readonly classroomId?: string;
  },
) {
  const id = await queueExport(db, { ...wanted, actor });
  const { kind, format, classroomId = null } = wanted;
  const detail = { kind, format, classroom: classroomId };
  await record(db, { actor, action: 'export.requested', object: `export:${id}`, detail });
  return shown(await oneExport(db, actor, id));
}
