/**
 * What a password must be (NIST SP 800-63B-4, 3.1.1: long, not one of the commonest, no rules of composition), and how its
 * digest is written down (PHC string format, github.com/P-H-C/phc-string-format).
 */

export const SHORTEST = 12;
export const LONGEST = 128;
/** What is typed again and again is long, but no secret. */
const FEWEST_CHARACTERS = 5;

/** What the commonest passwords are made of, alone, repeated, or with digits and signs around them. */
const COMMON = new Set(
  `abcdef abcdefgh abcdefghijkl abcdefghijklm admin administrator alexander america asdfgh asdfghjkl asdfghjklqwertyuiop baseball
  basketball batman bullying changeme charlie chocolate christopher classroom computer dragon elizabeth facilitator football
  freedom hello heroesinwaiting hockey iloveyou iloveyouforever jennifer jesuschrist jordan justin killer
  letmein liverpool login lovely master michael michelle monkey mustang myspace nicole passphrase passwd password passwordpassword
  princess qazwsx qazwsxedc qwerty qwertyuiop qwertyuiopasdfghjkl school secret shadow spiderman starwars student summer sunshine
  superman teacher teacherpassword test thomas trustno unknown welcome whatever william winter zaqxswcde zxcvbn zxcvbnm`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
/** Runs that keyboards and alphabets give; read from either end. */
const RUNS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

/** @returns a password as it is digested: the same signs typed on different keyboards are the same password. */
export const normalPassword = (typed: string): string => typed.normalize('NFKC');

/** @returns what is wrong with a new password, in words for the person who chose it; undefined when nothing is. */
export function faultOfPassword(typed: string, email: string): string | undefined {
  const password = normalPassword(typed);
  const length = Array.from(password).length;
  if (length < SHORTEST || length > LONGEST)
    return `A password has ${SHORTEST} to ${LONGEST} characters. Three words will do.`;
  const plain = password.toLowerCase();
  const [mailbox = ''] = email.toLowerCase().split('@');
  const bare = lettersOf(plain);
  if (plain === email.toLowerCase() || (bare !== '' && bare === lettersOf(mailbox)))
    return 'The password is the address of mail. Choose another.';
  if (new Set(plain).size < FEWEST_CHARACTERS)
    return 'The password is the same characters again and again. Choose another.';
  if (isRun(plain) || [bare, lettersOf(unmasked(plain))].some(isCommon))
    return 'The password is one of the commonest, or close to one. Choose another: three words that have nothing to do with each other.';
  return undefined;
}

const lettersOf = (text: string): string => text.replaceAll(/[^\p{L}]/gu, '');
const unmasked = (plain: string): string =>
  plain.replace(/[\d\W_]+$/u, '').replaceAll(/[013457@$]/g, (sign) => LOOK_ALIKES[sign] ?? sign);

/** Whether it is a common word, or one or two of them over and over. */
function isCommon(letters: string): boolean {
  if (letters === '') return false;
  for (let length = 1; length <= letters.length; length++) {
    const part = letters.slice(0, length);
    if (COMMON.has(part) && (letters === part || isCommon(letters.slice(length)))) return true;
  }
  return false;
}

function isRun(plain: string): boolean {
  const backwards = Array.from(plain).reverse().join('');
  return RUNS.some((run) => run.includes(plain) || run.includes(backwards));
}

/** The costs of an Argon2id digest (RFC 9106). */
export interface Costs {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP Password Storage Cheat Sheet, the first of its equivalent settings. */
export const COSTS: Costs = { memoryKiB: 19 * 1024, passes: 2, lanes: 1 };

export interface Digest extends Costs {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,64})\$([\w+/]{22,128})$/;

/** @returns a digest as it is stored. */
export const phcOf = ({ memoryKiB, passes, lanes, salt, hash }: Digest): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`;

/** @throws Error for what is not a digest of ours. */
export function digestOf(phc: string): Digest {
  const [, memoryKiB, passes, lanes, salt = '', hash = ''] = PHC.exec(phc) ?? [];
  if (memoryKiB === undefined) throw new Error('a stored password is no Argon2id digest in PHC format');
  return {
    memoryKiB: Number(memoryKiB),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** @returns whether a digest was made at other costs than today's, and should be made anew while the password is at hand. */
export const isOutdated = ({ memoryKiB, passes, lanes }: Costs): boolean =>
  memoryKiB !== COSTS.memoryKiB || passes !== COSTS.passes || lanes !== COSTS.lanes;

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
