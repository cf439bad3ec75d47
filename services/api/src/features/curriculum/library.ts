/**
 * What is published, ready to be sent: a pod has it as text with its tag, the cache as text, the database as rows. All of it is
 * kept by the revision of the curriculum, so nothing has to be forgotten; see revision.ts.
 */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { DB } from '@heroes/migrations/tables.ts';
import type { Cache } from '../../data/cache.ts';
import { bundleExpiry } from '../../domain/lesson-bundle.ts';
import { represent, type Representation } from '../../http/conditional.ts';
import { bundleOf } from './bundle.ts';
import { readCatalogue, readLesson, type CatalogueEntry } from './published.ts';
import { readRevision, Revision } from './revision.ts';

const CACHE_SECONDS = 3600;
const MOST = 2_000;
const MOST_BYTES = 32 * 1024 * 1024;
const CHANNEL = 'curriculum';

export interface LibraryParts {
  readonly db: Kysely<DB>;
  readonly cache: Pick<Cache, 'remember' | 'publish' | 'subscribe'>;
  /** Of the service: pods of another one may send other fields, and share the cache. */
  readonly release: string;
}

type MaybePromise<T> = T | Promise<T>;

interface Catalogue {
  readonly revision: number;
  readonly entries: readonly CatalogueEntry[];
  /** The current version of each lesson that is published. */
  readonly current: ReadonlyMap<string, number>;
}

export class Library {
  readonly #parts: LibraryParts;
  readonly #revision: Revision;
  readonly #ready = new LRUCache<string, Representation>({
    max: MOST,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length,
  });
  readonly #stopHearing: () => void;
  #catalogue: Catalogue | undefined;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.#revision = new Revision(async () => readRevision(parts.db));
    this.#stopHearing = parts.cache.subscribe(CHANNEL, (revision) => {
      this.#revision.told(Number(revision));
    });
  }

  /**
   * @param name - all that makes it this page and no other
   * @param write - makes it of the published lessons, in the order in which they are taught
   */
  async page(name: string, write: (lessons: readonly CatalogueEntry[]) => string): Promise<Representation> {
    const { revision, entries } = this.#known() ?? (await this.#entries());
    const key = `${revision}:page:${name}`;
    return this.#ready.get(key) ?? this.#keep(key, revision, represent(write(entries)));
  }

  /** @returns the lesson in its published version, or undefined. */
  async lesson(id: string): Promise<Representation | undefined> {
    const catalogue = this.#known() ?? (await this.#entries());
    const version = catalogue.current.get(id);
    return version === undefined ? undefined : this.#version(catalogue, id, version);
  }

  /** @returns a version of a lesson that is or was published, or undefined. */
  async version(id: string, version: number): Promise<Representation | undefined> {
    return this.#version(this.#known() ?? (await this.#entries()), id, version);
  }

  /** @returns the lesson with all that a device needs to show it offline, or undefined. */
  async bundle(id: string, nowMs: number): Promise<Representation | undefined> {
    const { revision } = this.#known() ?? (await this.#entries());
    const expiresAt = bundleExpiry(nowMs);
    const key = `${revision}:bundle:${id}:${expiresAt}`;
    const ready = this.#ready.get(key);
    if (ready !== undefined) return ready;
    const lesson = await this.lesson(id);
    if (lesson === undefined) return undefined;
    const bundle = represent(bundleOf(lesson.bytes.toString(), expiresAt));
    // RFC 9530: whoever keeps it can see whether all of it arrived.
    const digest = createHash('sha256').update(bundle.bytes).digest('base64');
    return this.#keep(key, revision, { ...bundle, headers: { 'repr-digest': `sha-256=:${digest}:` } });
  }

  /** Has every lesson at hand that is published, so that the first class to ask for it need not wait. @returns their ids. */
  async prepare(): Promise<readonly string[]> {
    const { current } = await this.#entries();
    const ids = [...current.keys()];
    await Promise.all(ids.map(async (id) => this.lesson(id)));
    return ids;
  }

  /** Tells all pods, this one included, that something was published or retired. To be called once that is committed. */
  async changed(revision: number): Promise<void> {
    this.#revision.told(revision);
    await this.#parts.cache.publish(CHANNEL, String(revision));
  }

  close(): void {
    this.#stopHearing();
  }

  #version({ revision }: Catalogue, id: string, version: number): MaybePromise<Representation | undefined> {
    const name = `lesson:${id}:${version}`;
    const key = `${revision}:${name}`;
    const ready = this.#ready.get(key);
    if (ready !== undefined) return ready;
    return this.#remember(revision, name, async () => readLesson(this.#parts.db, id, version)).then((json) =>
      json === undefined ? undefined : this.#keep(key, revision, represent(json)),
    );
  }

  /** @returns the catalogue when it is known to be current, without waiting. */
  #known(): Catalogue | undefined {
    const revision = this.#revision.known();
    return revision !== undefined && this.#catalogue?.revision === revision ? this.#catalogue : undefined;
  }

  async #entries(): Promise<Catalogue> {
    const known = this.#known();
    if (known !== undefined) return known;
    const revision = await this.#revision.current();
    if (this.#catalogue?.revision === revision) return this.#catalogue;
    const json = (await this.#remember(revision, 'catalogue', async () => readCatalogue(this.#parts.db))) ?? '[]';
    const entries = JSON.parse(json) as readonly CatalogueEntry[];
    const current = new Map(entries.map(({ lesson: { id, version } }) => [id, version]));
    const catalogue = { revision, entries, current };
    if (revision >= (this.#catalogue?.revision ?? 0)) this.#catalogue = catalogue;
    return catalogue;
  }

  async #remember(
    revision: number,
    name: string,
    load: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    return this.#parts.cache.remember(`curriculum:${this.#parts.release}:${revision}:${name}`, CACHE_SECONDS, load);
  }

  #keep(key: string, revision: number, made: Representation): Representation {
    const kept = { ...made, holds: () => this.#revision.known() === revision };
    this.#ready.set(key, kept);
    return kept;
  }
}
