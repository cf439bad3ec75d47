/** What k8s.io/apimachinery 0.37 (resource.Quantity) makes of the same, as a pod's resources are stored: rounded up to thousandths. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalQuantity, quantityValue } from './quantity.ts';

describe('canonicalQuantity', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['0.1', '100m'],
    ['.5', '500m'],
    ['1', '1'],
    ['2.0', '2'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['12000', '12k'],
    ['12500', '12500'],
    ['1000000000', '1G'],
    ['1.5G', '1500M'],
    ['1000k', '1M'],
    ['1024Mi', '1Gi'],
    ['1000Mi', '1000Mi'],
    ['1.5Gi', '1536Mi'],
    ['1.25Ti', '1280Gi'],
    ['1048576Ki', '1Gi'],
    ['0.5Ki', '512'],
    ['0.5Gi', '512Mi'],
    ['1.5Ki', '1536'],
    ['0', '0'],
  ])('writes %s as %s', (given, stored) => {
    expect(canonicalQuantity(given)).toBe(stored);
  });

  it.each([
    ['1.0005', '1001m'],
    ['100.5m', '101m'],
    ['0.1m', '1m'],
    ['999.5m', '1'],
    ['9.9995', '10'],
    ['999.9999', '1k'],
  ])('rounds %s up to %s, as the API server does: nothing smaller than a thousandth is stored', (given, stored) => {
    expect(canonicalQuantity(given)).toBe(stored);
  });

  it.each([
    ['62.5Ki', '64k'],
    ['187.5Ki', '192k'],
    ['2929.6875Ki', '3M'],
  ])('writes %s, which is no multiple of 1024, with the units of decimal numbers: %s', (given, stored) => {
    expect(canonicalQuantity(given)).toBe(stored);
  });

  /** What the CRD lets through. */
  const quantity = fc
    .tuple(
      fc.integer({ min: 1, max: 99_999 }),
      fc.option(fc.stringMatching(/^[0-9]{1,3}$/)),
      fc.constantFrom('m', '', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti'),
    )
    .map(([whole, fraction, unit]) => `${whole}${fraction === null ? '' : `.${fraction}`}${unit}`);

  it('keeps the value, up to what is rounded up', () => {
    fc.assert(
      fc.property(quantity, (given) => {
        const [before, after] = [quantityValue(given), quantityValue(canonicalQuantity(given))];
        const step = given.endsWith('i') && before >= 1024 ? 1 : 1e-3;
        // Numbers of this size are not exact.
        expect(after).toBeGreaterThanOrEqual(before * (1 - 1e-12));
        expect(after).toBeLessThanOrEqual((before + step) * (1 + 1e-12));
      }),
    );
  });

  it('leaves alone what it has written', () => {
    fc.assert(
      fc.property(quantity, (given) => {
        expect(canonicalQuantity(canonicalQuantity(given))).toBe(canonicalQuantity(given));
      }),
    );
  });

  it('writes the same value in one way, whatever unit it was given in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000 }), (n) => {
        expect(canonicalQuantity(`${n}k`)).toBe(canonicalQuantity(`${n}000`));
        expect(canonicalQuantity(`${n}`)).toBe(canonicalQuantity(`${n}000m`));
        expect(canonicalQuantity(`${n}Mi`)).toBe(canonicalQuantity(`${n * 1024}Ki`));
      }),
    );
  });
});

describe('quantityValue', () => {
  it.each([
    ['1', 1],
    ['1m', 0.001],
    ['150m', 0.15],
    ['0.5', 0.5],
    ['2k', 2_000],
    ['1Ki', 1_024],
    ['1.5Gi', 1_610_612_736],
    ['2Gi', 2_147_483_648],
    ['2G', 2_000_000_000],
  ])('of %s is %d', (given, value) => {
    expect(quantityValue(given)).toBe(value);
  });
});
