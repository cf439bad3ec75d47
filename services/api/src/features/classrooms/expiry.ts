/** How long a class may last. */
import { Problem } from '../../http/problems.ts';

const MOST_MS = 366 * 86_400_000;

/** @throws Problem 422 for a class that would be over at once, or would never be. */
export function requireExpiry(expiresAt: Date, now: Date): void {
  const lastsMs = expiresAt.getTime() - now.getTime();
  if (lastsMs > 0 && lastsMs <= MOST_MS) return;
  throw new Problem({ status: 422, detail: 'A class is over at some time in the coming year: set expiresAt to that.' });
}
