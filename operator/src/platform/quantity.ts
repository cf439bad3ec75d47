/** Kubernetes quantities (k8s.io/apimachinery pkg/api/resource): what they are worth, and how the API server writes them. */

/** Nothing smaller than a thousandth is stored of a resource (k8s.io/kubernetes pkg/apis/core/v1/defaults.go), as a power of ten. */
const FINEST = -3;
/** Powers of ten, by unit. */
const DECIMAL: Readonly<Record<string, number>> = { m: FINEST, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
/** Understood, never written. */
const FINER: Readonly<Record<string, number>> = { n: -9, u: -6 };
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

interface Parsed {
  /** The value is `mantissa × 10^exponent`. */
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly binary: boolean;
}

function parse(quantity: string): Parsed {
  const [, whole = '0', fraction = '', unit = ''] = /^(\d*)\.?(\d*)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const digits = BigInt(`${whole}${fraction}`);
  const power = BINARY.indexOf(unit as (typeof BINARY)[number]);
  if (power > 0) return { mantissa: digits * 1024n ** BigInt(power), exponent: -fraction.length, binary: true };
  return { mantissa: digits, exponent: (DECIMAL[unit] ?? FINER[unit] ?? 0) - fraction.length, binary: false };
}

/** @returns a quantity as a number of its base unit (cores, bytes). */
export function quantityValue(quantity: string): number {
  const { mantissa, exponent } = parse(quantity);
  // A negative power of ten is not exact as a factor: 1m would be more than a thousandth.
  return exponent < 0 ? Number(mantissa) / 10 ** -exponent : Number(mantissa) * 10 ** exponent;
}

/**
 * @returns a quantity as the API server stores it, so that what we applied can be found again: no fraction, and the largest
 *   unit that needs none. `1000m` is `1`, `0.5` is `500m`, `1024Mi` is `1Gi`, `1.5Gi` is `1536Mi`.
 */
export function canonicalQuantity(quantity: string): string {
  const parsed = parse(quantity);
  if (!parsed.binary || quantityValue(quantity) < 1024) return decimal(parsed);
  const bytes = parsed.exponent < 0 ? ceilDivide(parsed.mantissa, 10n ** BigInt(-parsed.exponent)) : parsed.mantissa;
  // Without a unit it is no binary quantity any more.
  return bytes % 1024n === 0n ? binary(bytes) : decimal({ mantissa: bytes, exponent: 0 });
}

const ceilDivide = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

function decimal({ mantissa, exponent }: Pick<Parsed, 'mantissa' | 'exponent'>): string {
  if (mantissa === 0n) return '0';
  // First, as what is rounded up may end in zeros: 999.5m is 1.
  let [digits, power] =
    exponent < FINEST ? [ceilDivide(mantissa, 10n ** BigInt(FINEST - exponent)), FINEST] : [mantissa, exponent];
  while (digits % 10n === 0n) [digits, power] = [digits / 10n, power + 1];
  const [unit, itsPower] = Object.entries(DECIMAL).findLast(([, each]) => each <= power) ?? ['m', FINEST];
  return `${digits * 10n ** BigInt(power - itsPower)}${unit}`;
}

function binary(value: bigint): string {
  let [digits, power] = [value, 0];
  while (digits % 1024n === 0n && power < BINARY.length - 1) [digits, power] = [digits / 1024n, power + 1];
  return `${digits}${BINARY[power] ?? ''}`;
}
