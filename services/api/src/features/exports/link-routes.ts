/**
 * Exports are fetched with a secret that is good for once and a quarter of an hour. It travels in bodies alone: an address with
 * a secret in it is kept by browsers, proxies and logs (ASVS 14.2.1).
 */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { asAccount } from '../../access/roles.ts';
import { setActor } from '../../data/transaction.ts';
import { Problem } from '../../http/problems.ts';
import { route } from '../../http/route.ts';
import { closed, Time } from '../../http/schemas.ts';
import { record } from '../audit/record.ts';
import type { Format } from './queue.ts';
import { ASKED_BY, declared, none, oneExport, params } from './shapes.ts';

const LINK_MINUTES = 15;

export const link = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/exports/:exportId/links',
    summary: 'Get a secret with which an export is fetched once, by whoever has it',
    access: ASKED_BY,
    schemas: { params },
    answers: {
      201: {
        description: 'Show it to nobody whom the file is not for.',
        schema: closed({
          secret: Type.String({ description: 'For the body of POST /v1/exports/download.' }),
          expiresAt: Time,
        }),
      },
      ...none,
      409: { description: 'It is not ready.' },
    },
  },
  async ({ actor, params: { exportId }, tx }) => {
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = await tx(async (db) => {
      const { state, expires_at: until } = await oneExport(db, asAccount(actor), exportId);
      if (state !== 'ready') throw new Problem({ status: 409, detail: `The export is ${state}; see GET /v1/exports.` });
      const made = await db
        .insertInto('export_links')
        .values({
          secret_hash: digestOf(secret),
          export_id: exportId,
          expires_at: sql<Date>`least(${until}, now() + make_interval(mins => ${LINK_MINUTES}::int))`,
        })
        .returning('expires_at')
        .executeTakeFirstOrThrow();
      await record(db, { actor, action: 'export.link-made', object: `export:${exportId}` });
      return made.expires_at;
    });
    return { status: 201, body: { secret, expiresAt: expiresAt.toISOString() } };
  },
);

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
};

export const download = route(
  {
    ...declared,
    method: 'POST',
    path: '/v1/exports/download',
    summary: 'Fetch an export with its secret, which is used up by it',
    access: 'public',
    rate: 'signIn',
    schemas: { body: closed({ secret: Type.String({ pattern: '^[\\w-]{43}$', description: 'What a link gave.' }) }) },
    answers: {
      200: { description: 'The file.' },
      400: { description: 'With an Idempotency-Key: it could not be answered twice.' },
      404: { description: 'The secret is wrong, used up or expired.' },
    },
  },
  async ({ actor, body: { secret }, headers, tx }) => {
    if (headers['idempotency-key'] !== undefined)
      throw new Problem({
        status: 400,
        detail: 'A secret is good for once. Send no Idempotency-Key; get another link.',
      });
    const file = await tx(async (db) => {
      await setActor(db, { kind: 'worker' });
      const used = await db
        .updateTable('export_links')
        .set({ used_at: sql<Date>`now()` })
        .where('secret_hash', '=', digestOf(secret))
        .where('used_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .returning('export_id')
        .executeTakeFirst();
      const found = await db
        .selectFrom('exports')
        .select(['id', 'format', 'contents'])
        .where('id', '=', used?.export_id ?? null)
        .where('state', '=', 'ready')
        .executeTakeFirst();
      if (found?.contents == null)
        throw new Problem({ status: 404, detail: 'The secret is wrong, used up or expired.' });
      await record(db, { actor, action: 'export.fetched', object: `export:${found.id}` });
      return { id: found.id, format: found.format as Format, contents: found.contents };
    });
    return {
      status: 200,
      stream: Readable.from([file.contents]),
      headers: {
        'content-type': CONTENT_TYPES[file.format],
        'content-length': String(file.contents.length),
        'content-disposition': `attachment; filename="heroes-${file.id}.${file.format}"`,
      },
    };
  },
);

/** Drawn at random and long: no salt is needed so that it cannot be guessed from its digest. */
const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
