import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { plot } from './plot.ts';

describe('plot', () => {
  const svg = plot({
    title: 'Cost & size',
    x: 'platforms',
    series: [
      {
        name: 'memory < all',
        points: [
          [1, 90],
          [10, 100],
          [1000, 180],
        ],
      },
      {
        name: 'seconds',
        points: [
          [1, 2.5],
          [1000, 60],
        ],
      },
    ],
  });

  it('names what it shows, and shows each point', () => {
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(svg) as {
      svg: { circle: unknown[]; polyline: { '@_points': string }[]; text: { '#text': string | number }[] };
    };
    expect(parsed.svg.circle).toHaveLength(5);
    const words = parsed.svg.text.map((node) => String(node['#text']));
    expect(words).toEqual(expect.arrayContaining(['Cost & size', 'platforms', 'memory < all', 'seconds', '1', '1000']));
  });

  it('puts a decade as far from the next as that from the one after', () => {
    const [first] = svg.match(/points="([^"]+)"/g) ?? [];
    const xs = [...(first ?? '').matchAll(/([\d.]+),/g)].map(([, x]) => Number(x));
    const [one = 0, ten = 0, thousand = 0] = xs;
    expect((thousand - ten) / (ten - one)).toBeCloseTo(2, 1);
  });
});
