/**
 * Tells a system of the district's own, when it has asked for that: by default nobody outside is told anything. The request
 * is as Standard Webhooks has it (https://www.standardwebhooks.com), so that receivers need no code of ours to verify it.
 */
import { createHmac } from 'node:crypto';
import type { ApiConfig } from '../../config.ts';
import type { Outgoing } from '../../resilience/outgoing.ts';
import type { Deliver, Message } from './deliver.ts';

const PREFIX = 'whsec_';
/** Answers of 4xx say that what we sent was wrong, which is no reason to leave the receiver alone; these two do not. */
const BUSY = new Set([408, 429]);

/** The receiver did not take a message. Its words say what is kept beside the message. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  readonly status: number;

  constructor(status: number) {
    super(`the receiver answered ${status}`);
    this.status = status;
  }
}

/** @returns what tells the district's system; undefined when there is none. @throws Error for one half of the settings. */
export function openWebhook(
  { HELP_WEBHOOK_URL: url, HELP_WEBHOOK_SECRET: secret }: Pick<ApiConfig, 'HELP_WEBHOOK_URL' | 'HELP_WEBHOOK_SECRET'>,
  outgoing: Outgoing,
): Deliver | undefined {
  if ((url === '') !== (secret === ''))
    throw new Error('HELP_WEBHOOK_URL and HELP_WEBHOOK_SECRET go together: set both or none');
  if (url === '') return undefined;
  return async (message) => {
    const body = bodyOf(message);
    const send = async (signal: AbortSignal): Promise<void> => {
      const headers = {
        'content-type': 'application/json',
        ...signed(secret, { id: message.id, body, at: new Date() }),
      };
      // What is signed for one address is not for another.
      const { status, body: answer } = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
      await answer?.cancel();
      if (status < 200 || status >= 300) throw new NotTaken(status);
    };
    await outgoing('help-webhook', send, { repeatable: true, isFault });
  };
}

const isFault = (error: unknown): boolean =>
  !(error instanceof NotTaken) || error.status >= 500 || BUSY.has(error.status);

/** Ids alone: whoever may know more reads it from this API, where they are asked who they are. */
const bodyOf = ({ topic, payload, createdAt }: Message): string =>
  JSON.stringify({ type: topic, timestamp: createdAt.toISOString(), data: payload });

export interface Signed {
  readonly id: string;
  readonly body: string;
  readonly at: Date;
}

/** @returns the headers by which a receiver knows who sent it, when, and whether it has had it. */
export function signed(secret: string, { id, body, at }: Signed) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
