/**
 * A connection to the cache that is asked only while it answers. A cache that is frozen, or a network that swallows, would
 * otherwise cost every request the time that it takes to give up; so one that has not answered is not asked again until it
 * answers a heartbeat, which nobody waits for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ReplyError, type Redis } from 'ioredis';
import type { Logger } from '@heroes/runtime/logger.ts';

const HEARTBEAT_MS = 1_000;

export interface Link {
  /** @returns what a command gives; undefined while the cache does not answer, or refuses it. */
  readonly ask: <T>(command: (redis: Redis) => Promise<T>) => Promise<T | undefined>;
  /** @returns whether it answers, or begins to within a time. */
  readonly answering: (withinMs: number) => Promise<boolean>;
  /** Hears that it answers: the first time, and after each fault. */
  readonly onBack: (listener: () => void) => void;
  /** Hears what is told on the channels that it is subscribed to. */
  readonly onMessage: (listener: (channel: string, message: string) => void) => void;
  readonly close: () => void;
}

/** @param redis - one whose commands give up by themselves, and that connects anew by itself */
export function createLink(redis: Redis, log: Pick<Logger, 'warn' | 'info'>): Link {
  const listeners: (() => void)[] = [];
  let answers = false;
  /** Of the last silence that the log was told of. */
  let told = false;
  const back = (): void => {
    if (answers) return;
    answers = true;
    if (told) log.info('the cache answers again');
    told = false;
    for (const listener of listeners) listener();
  };
  const away = (reason: unknown): void => {
    answers = false;
    if (told) return;
    told = true;
    log.warn({ reason: messageOf(reason) }, 'the cache does not answer; the database does meanwhile');
  };
  const attempt = async <T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined> => {
    try {
      return await command(redis);
    } catch (error) {
      // It has answered, if only that it will not.
      if (!(error instanceof ReplyError)) away(error);
      return undefined;
    }
  };
  const heartbeat = setInterval(() => {
    if (redis.status !== 'ready') return;
    void attempt(async () => redis.ping()).then((pong) => {
      if (pong !== undefined) back();
    });
  }, HEARTBEAT_MS);
  heartbeat.unref();
  redis.on('ready', back);
  redis.on('error', away);
  redis.on('close', () => {
    answers = false;
  });
  return {
    ask: async (command) => (answers ? attempt(command) : undefined),
    answering: async (withinMs) => {
      if (answers) return true;
      const back = new Promise<void>((resolve) => void listeners.push(resolve));
      await Promise.race([back, sleep(withinMs, undefined, { ref: false })]);
      return answers;
    },
    onBack: (listener) => {
      listeners.push(listener);
    },
    onMessage: (listener) => {
      redis.on('message', listener);
    },
    close: () => {
      clearInterval(heartbeat);
      redis.disconnect();
    },
  };
}

const messageOf = (reason: unknown): string => (reason instanceof Error ? reason.message : String(reason));
