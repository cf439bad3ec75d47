/** What must be kept and read again, but is nothing to whoever reads the database: sealed with keys of one secret. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealer {
  readonly seal: (plain: Uint8Array) => Buffer;
  /** @throws Error when it was sealed for another purpose, with another secret, or was changed. */
  readonly open: (sealed: Buffer) => Buffer;
  /** @returns what a text is found by again, without being kept: a digest that nobody makes who has not the secret. */
  readonly digest: (text: string) => Buffer;
}

/** @returns a key of 32 bytes for one purpose (HKDF, RFC 5869). */
export const deriveKey = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `heroes ${purpose}`, 32));

/** @returns a sealer (AES-256-GCM, HMAC-SHA-256) of its own keys for one purpose. */
export function sealer(secret: string, purpose: string): Sealer {
  const key = deriveKey(secret, purpose);
  const digestKey = deriveKey(secret, `${purpose}, digest`);
  return {
    seal: (plain) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open: (sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    },
    digest: (text) => createHmac('sha256', digestKey).update(text).digest(),
  };
}

/** @returns what was sealed, or undefined when it was with a secret that is no more: a lost one is made anew by the operator. */
export function openIfOurs({ open }: Pick<Sealer, 'open'>, sealed: Buffer): Buffer | undefined {
  try {
    return open(sealed);
  } catch {
    return undefined;
  }
}
