/** What is counted as one caller by address: an IPv4 address, or the network of an IPv6 one. */

const DAY_MS = 86_400_000;
/** A subscriber has a /64 or more (RFC 6177), so that each of its addresses is no caller of its own. */
const NETWORK_GROUPS = 4;

/** @returns an address without what a single subscriber may choose freely of it. */
export function networkOf(address: string): string {
  const [plain = ''] = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%');
  if (!plain.includes(':')) return plain;
  return `${groupsOf(plain).slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = (part: string): string[] =>
    part === '' ? [] : part.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
  const before = groups(head);
  if (tail === undefined) return before;
  const after = groups(tail);
  return [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
}

/**
 * @param digest - of a secret that the pods share
 * @returns a name of a caller that cannot be turned back into its address by whoever has not the secret, and is another one each
 *   day, so that nobody can be followed by it.
 */
export function callerOf(address: string, digest: (text: string) => Buffer, nowMs: number): string {
  const day = Math.floor(nowMs / DAY_MS);
  return digest(`${day} ${networkOf(address)}`)
    .toString('base64url')
    .slice(0, 22);
}
