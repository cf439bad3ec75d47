/** A password that somebody chooses. */
import type { Context } from '../../context.ts';
import { faultOfPassword } from '../../domain/passwords.ts';
import { Problem } from '../../http/problems.ts';

/** @returns what is stored of a new password. @throws Problem 400 for one that may not be chosen, 503 when too many wait. */
export async function newPassword({ passwords }: Context, typed: string, email: string): Promise<string> {
  const fault = faultOfPassword(typed, email);
  if (fault === undefined) return passwords.hash(typed);
  throw new Problem({ status: 400, detail: fault, errors: [{ pointer: '/body/password', detail: fault }] });
}
