/** Work that several take from, while more may still be put to it. */

export class Backlog<T> {
  readonly #items: T[] = [];
  #taken = 0;
  #closed = false;
  #more = Promise.withResolvers<undefined>();

  put(items: readonly T[]): void {
    this.#items.push(...items);
    this.#wake();
  }

  /** No more is put to it: who has taken the last item is done. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Gives out each item once, in the order in which they were put. */
  async *take(): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items[this.#taken];
      if (item !== undefined) {
        this.#taken += 1;
        yield item;
      } else if (this.#closed) {
        return;
      } else {
        await this.#more.promise;
      }
    }
  }

  #wake(): void {
    this.#more.resolve(undefined);
    this.#more = Promise.withResolvers<undefined>();
  }
}
