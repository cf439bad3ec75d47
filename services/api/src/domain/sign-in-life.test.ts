import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDLE_MS, refreshExpiryMs, rotationOf, SIGN_IN_MS, type Rotation } from './sign-in-life.ts';

const START_MS = 1_800_000_000_000;

/** Sign-ins and their refresh tokens kept as the database keeps them, changed by nothing but the decision. */
class Store {
  nowMs = START_MS;
  readonly signIns: { endedAtMs: number | undefined; expiresAtMs: number }[] = [];
  readonly tokens: { signIn: number; usedAtMs: number | undefined; expiresAtMs: number }[] = [];

  signIn(): void {
    this.signIns.push({ endedAtMs: undefined, expiresAtMs: this.nowMs + SIGN_IN_MS });
    this.#give(this.signIns.length - 1);
  }

  send(token: number): Rotation {
    const row = this.tokens[token];
    const signIn = this.signIns[row?.signIn ?? -1];
    if (row === undefined || signIn === undefined) throw new Error('no such token');
    const rotation = rotationOf({ ...row, signIn }, this.nowMs);
    if (rotation === 'reuse') signIn.endedAtMs = this.nowMs;
    if (rotation === 'rotate') {
      row.usedAtMs = this.nowMs;
      this.#give(row.signIn);
    }
    return rotation;
  }

  #give(signIn: number): void {
    const expiresAtMs = refreshExpiryMs(this.signIns[signIn]?.expiresAtMs ?? 0, this.nowMs);
    this.tokens.push({ signIn, usedAtMs: undefined, expiresAtMs });
  }
}

/** What must hold, in other words: of each sign-in only the youngest token is good, until somebody sends an older one. */
interface Model {
  /** By sign-in: its tokens in the order in which they were given, when each was, and whether an old one was sent. */
  readonly signIns: { tokens: number[]; startedMs: number; givenMs: number; stolen: boolean }[];
  nowMs: number;
  tokens: number;
}

class SignIn implements fc.Command<Model, Store> {
  check = (): boolean => true;
  run(model: Model, store: Store): void {
    model.signIns.push({ tokens: [model.tokens++], startedMs: model.nowMs, givenMs: model.nowMs, stolen: false });
    store.signIn();
  }
  toString = (): string => 'sign in';
}

class Wait implements fc.Command<Model, Store> {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = (): boolean => true;
  run(model: Model, store: Store): void {
    model.nowMs += this.ms;
    store.nowMs += this.ms;
  }
  toString = (): string => `wait ${this.ms}`;
}

class Send implements fc.Command<Model, Store> {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = (model: Readonly<Model>): boolean => model.tokens > 0;
  run(model: Model, store: Store): void {
    const token = this.pick % model.tokens;
    const signIn = model.signIns.find(({ tokens }) => tokens.includes(token));
    if (signIn === undefined) throw new Error('the model lost a token');
    const isOver = signIn.stolen || model.nowMs >= signIn.startedMs + SIGN_IN_MS;
    const isYoungest = signIn.tokens.at(-1) === token;
    const isIdle = model.nowMs >= signIn.givenMs + IDLE_MS;
    const rotation = store.send(token);
    expect(rotation === 'rotate').toBe(!isOver && isYoungest && !isIdle);
    expect(rotation === 'reuse').toBe(!isOver && !isYoungest);
    if (rotation === 'rotate') {
      signIn.tokens.push(model.tokens++);
      signIn.givenMs = model.nowMs;
    }
    signIn.stolen ||= rotation === 'reuse';
  }
  toString = (): string => `send ${this.pick}`;
}

describe('the rotation of refresh tokens', () => {
  it('takes the youngest token of a sign-in once, and none after an older one was sent', () => {
    const commands = [
      fc.constant(new SignIn()),
      fc.integer({ min: 0, max: IDLE_MS + 1 }).map((ms) => new Wait(ms)),
      fc.constantFrom(0, 1, 1000).map((ms) => new Wait(ms)),
      fc.nat(50).map((pick) => new Send(pick)),
    ];
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 60 }), (each) => {
        fc.modelRun(() => ({ model: { signIns: [], nowMs: START_MS, tokens: 0 }, real: new Store() }), each);
      }),
      { numRuns: 500 },
    );
  });

  it('never gives a token that outlives its sign-in', () => {
    fc.assert(
      fc.property(fc.nat(SIGN_IN_MS), (afterMs) => {
        const expiryMs = refreshExpiryMs(START_MS + SIGN_IN_MS, START_MS + afterMs);
        expect(expiryMs).toBeLessThanOrEqual(START_MS + SIGN_IN_MS);
        expect(expiryMs).toBeLessThanOrEqual(START_MS + afterMs + IDLE_MS);
      }),
    );
  });
});
