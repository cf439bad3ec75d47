/** Where a process is in its life, which is what its probes answer. */
export type Stage = 'waiting for the database' | 'warming up' | 'serving' | 'stopping';

export class Life {
  #stage: Stage;

  /** @param stage - the first one; a process that needs no warming up begins with `serving` */
  constructor(stage: Stage = 'serving') {
    this.#stage = stage;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get isStopping(): boolean {
    return this.#stage === 'stopping';
  }

  /** What stops does not begin anew, whatever it was about to become. */
  enter(stage: Stage): void {
    if (!this.isStopping) this.#stage = stage;
  }
}
