/** Codes that are read from a board or a slip of paper and typed in: few enough symbols, none of them like another. */

/** Crockford's Base32 (crockford.com/base32.html): no I, L, O or U. Each carries five bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 40 bits: it lets anybody in who has it, so it must not be found by trying. */
const CLASS_LENGTH = 8;
/** 30 bits: it is of use only with the code of its class, where wrong ones are counted. */
const RETURN_LENGTH = 6;

/** @param bytes - at least eight random bytes. @returns a class code. */
export const classCode = (bytes: Uint8Array): string => drawn(bytes, CLASS_LENGTH);

/** @param bytes - at least six random bytes. @returns a code by which a student comes back as who it was. */
export const returnCode = (bytes: Uint8Array): string => drawn(bytes, RETURN_LENGTH);

/** @returns the class code that a person meant: case, dashes, spaces and look-alikes do not matter. Undefined when it is none. */
export const normalCode = (typed: string): string | undefined => meant(typed, CLASS_LENGTH);

/** @returns the return code that a person meant, likewise. */
export const normalReturnCode = (typed: string): string | undefined => meant(typed, RETURN_LENGTH);

/** @returns a code as it is shown, in two halves: `ABCD-EFGH`, `ABC-DEF`. */
export const shownCode = (code: string): string => `${code.slice(0, code.length / 2)}-${code.slice(code.length / 2)}`;

const drawn = (bytes: Uint8Array, length: number): string =>
  Array.from(bytes.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length] ?? '').join('');

function meant(typed: string, length: number): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return code.length === length && Array.from(code).every((symbol) => ALPHABET.includes(symbol)) ? code : undefined;
}
