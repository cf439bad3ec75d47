import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { Problem } from '../http/problems.ts';
import type { Epochs } from './epochs.ts';
import type { KeyRing } from './keys.ts';
import { createTokens, EndedToken } from './tokens.ts';

const [ours, theirs] = await Promise.all([generateKeyPair('EdDSA'), generateKeyPair('EdDSA')]);
const STUDENT = { enrolmentId: 'e', classroomId: 'c' };

/** Tokens of a ring with one key; of each the first epoch is current unless it is said to be over. */
function scene({ isOver = false } = {}) {
  const keys = {
    signing: async () => Promise.resolve({ kid: 'k', privateKey: ours.privateKey }),
    verifying: async (kid: string) => Promise.resolve(kid === 'k' ? ours.publicKey : undefined),
  } as unknown as KeyRing;
  const epochs: Epochs = { isCurrent: async (_actor, epoch) => Promise.resolve(!isOver && epoch === 0) };
  const tokens = createTokens(keys, epochs);
  const refusal = async (token: string): Promise<unknown> => {
    try {
      await tokens.actor({ headers: { authorization: `Bearer ${token}` } } as never);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { tokens, refusal };
}

const expired = async (privateKey = ours.privateKey, audience = 'heroes-students'): Promise<string> =>
  new SignJWT({ class: 'c', epoch: 0 })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k', typ: 'at+jwt' })
    .setIssuer('heroes-in-waiting')
    .setAudience(audience)
    .setSubject('e')
    .setIssuedAt(1_000)
    .setExpirationTime(2_000)
    .sign(privateKey);

describe('a token', () => {
  it('that is good is refused by nobody', async () => {
    const { tokens, refusal } = scene();
    const { token } = await tokens.forStudent(STUDENT, 0);
    expect(await refusal(token)).toBeUndefined();
  });

  it('that has expired is one of ours that has ended, each time that it comes', async () => {
    const { refusal } = scene();
    const token = await expired();
    for (let turn = 0; turn < 2; turn += 1) {
      const error = await refusal(token);
      expect(error).toBeInstanceOf(EndedToken);
      expect((error as EndedToken).parts.status).toBe(401);
    }
  });

  it('whose epoch is over is one of ours that has ended', async () => {
    const { tokens, refusal } = scene({ isOver: true });
    const { token } = await tokens.forStudent(STUDENT, 0);
    expect(await refusal(token)).toBeInstanceOf(EndedToken);
  });

  it.each([
    ['signed by somebody else', async () => expired(theirs.privateKey)],
    ['for somebody else', async () => expired(ours.privateKey, 'others')],
    ['that is none', async () => Promise.resolve('a.b.c')],
  ])('%s never was one of ours, also when it says that it has expired', async (_what, made) => {
    const error = await scene().refusal(await made());
    expect(error).toBeInstanceOf(Problem);
    expect(error).not.toBeInstanceOf(EndedToken);
  });
});
