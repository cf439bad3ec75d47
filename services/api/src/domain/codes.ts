/** Class codes: short enough to be read from a board, and too many to be guessed. */

/** Crockford's Base32 (crockford.com/base32.html): no I, L, O or U. Eight of them carry 40 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;
const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** @param bytes - at least eight random bytes. @returns a class code. */
export function classCode(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, LENGTH), (byte) => ALPHABET[byte % ALPHABET.length] ?? '').join('');
}

/** @returns the code that a person meant: case, dashes, spaces and look-alikes do not matter. Undefined when it is none. */
export function normalCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return CODE.test(code) ? code : undefined;
}

/** @returns a code as it is shown: `ABCD-EFGH`. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;
