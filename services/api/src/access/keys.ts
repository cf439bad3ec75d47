/**
 * The keys that sign tokens: Ed25519, in the database for all pods, their private halves sealed. Whichever pod first sees
 * that the next key is due makes it; the others take it up from the database, so that keys change without a restart.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { sql, type Kysely } from 'kysely';
import type { Logger } from '@heroes/runtime/logger.ts';
import type { DB } from '@heroes/migrations/tables.ts';
import { nextKey, signingKey, type KeyTimes } from '../domain/key-rotation.ts';
import { openIfOurs, type Sealer } from './sealing.ts';

const REFRESH_MS = 60_000;
/** A token of a key that is not known asks for a look at the database, but no flood of them does. */
const UNKNOWN_MS = 5_000;
/** One pod at a time makes a key. Any number that nothing else locks by. */
const LOCK = 7_001;

export interface Key extends KeyTimes {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export class KeyRing {
  readonly #db: Kysely<DB>;
  readonly #sealer: Sealer;
  #keys: readonly Key[] = [];
  #readMs = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(db: Kysely<DB>, sealing: Sealer) {
    this.#db = db;
    this.#sealer = sealing;
  }

  /** @returns the key that signs now. @throws Error when the database has never been reached. */
  async signing(): Promise<Key> {
    await this.#atHand();
    const key = signingKey(this.#keys, Date.now());
    if (key === undefined) throw new Error('no signing key');
    return key;
  }

  /** @returns the key of that id, or undefined. */
  async verifying(kid: string): Promise<CryptoKey | undefined> {
    await this.#atHand();
    const known = this.#find(kid);
    if (known !== undefined) return known.publicKey;
    if (this.#isOlderThan(UNKNOWN_MS)) await this.#readOnce().catch(() => undefined);
    return this.#find(kid)?.publicKey;
  }

  /** @returns the public keys, as `/.well-known/jwks.json` has them. */
  async published(): Promise<readonly JWK[]> {
    await this.#atHand();
    return this.#keys.map(({ publicJwk }) => publicJwk);
  }

  /** Looks whether a key is due, now and then. @returns what stops it. */
  watch(log: Logger): () => void {
    const timer = setInterval(() => {
      this.#readOnce().catch((error: unknown) => {
        log.warn({ err: error }, 'the signing keys could not be read');
      });
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
    };
  }

  #find(kid: string): Key | undefined {
    return this.#keys.find((key) => key.kid === kid && key.retiresAtMs > Date.now());
  }

  /** With keys at hand nobody waits for a look at newer ones, nor for a database that is away: whoever asks may hold a connection. */
  async #atHand(): Promise<void> {
    if (this.#keys.length === 0) await this.#readOnce();
    else if (this.#isOlderThan(REFRESH_MS)) this.#readOnce().catch(() => undefined);
  }

  #isOlderThan(ageMs: number): boolean {
    return performance.now() - this.#readMs >= ageMs;
  }

  async #readOnce(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const opened = await this.#db.transaction().execute(async (db) => {
      const found = await this.#openable(db);
      if (nextKey(found, Date.now()) === undefined) return found;
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(db);
      // Another pod may have made it meanwhile.
      const next = nextKey(await this.#openable(db), Date.now());
      if (next !== undefined) await this.#mint(db, next);
      return this.#openable(db);
    });
    this.#keys = await Promise.all(opened.map(imported));
    this.#readMs = performance.now();
  }

  /** @returns the keys of this secret. Those of one that was lost are nobody's any more, and stand in nobody's way. */
  async #openable(db: Kysely<DB>): Promise<OpenedKey[]> {
    return (await readKeys(db)).flatMap((row) => {
      const plain = openIfOurs(this.#sealer, row.sealed_private_key);
      if (plain === undefined) return [];
      return [{ ...timesOf(row), kid: row.kid, privateJwk: JSON.parse(plain.toString()) as JWK }];
    });
  }

  async #mint(db: Kysely<DB>, { signsFromMs, retiresAtMs }: KeyTimes): Promise<void> {
    const pair = await generateKeyPair('EdDSA', { extractable: true });
    const publicJwk = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
    await db
      .insertInto('signing_keys')
      .values({
        kid,
        algorithm: 'EdDSA',
        public_jwk: JSON.stringify({ ...publicJwk, ...labelsOf(kid) }),
        sealed_private_key: this.#sealer.seal(Buffer.from(privateJwk)),
        signs_from: new Date(signsFromMs),
        retires_at: new Date(retiresAtMs),
      })
      .execute();
  }
}

interface OpenedKey extends KeyTimes {
  readonly kid: string;
  readonly privateJwk: JWK;
}

async function imported({ privateJwk, ...key }: OpenedKey): Promise<Key> {
  // Of the private half, which was sealed: whoever writes to the table does not make us trust a key of theirs.
  const { d: _, ...half } = privateJwk;
  const publicJwk: JWK = { ...half, ...labelsOf(key.kid) };
  return {
    ...key,
    publicJwk,
    publicKey: (await importJWK(publicJwk, 'EdDSA')) as CryptoKey,
    privateKey: (await importJWK(privateJwk, 'EdDSA')) as CryptoKey,
  };
}

const labelsOf = (kid: string) => ({ kid, alg: 'EdDSA', use: 'sig' });

const readKeys = async (db: Kysely<DB>) =>
  db
    .selectFrom('signing_keys')
    .select(['kid', 'sealed_private_key', 'signs_from', 'retires_at'])
    .where('retires_at', '>', sql<Date>`now()`)
    .execute();

const timesOf = (row: { readonly signs_from: Date; readonly retires_at: Date }): KeyTimes => ({
  signsFromMs: row.signs_from.getTime(),
  retiresAtMs: row.retires_at.getTime(),
});
