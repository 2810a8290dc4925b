import { describe, expect, it } from 'vitest';
import { type BoxedMap, boxHits, peakHitsBox } from '../../../models/scoring/box-hits.ts';
import { connectedComponents } from '../../../models/scoring/connected-components.ts';
import { type MaskedMap, aupro, pixelAuroc } from '../../../models/scoring/localisation.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { chance } from '../samples.ts';

/** Rows of `.` and `#`. */
function maskOf(...rows: string[]): MaskedMap['mask'] {
  const width = rows[0]?.length ?? 0;
  return {
    height: rows.length,
    width,
    pixels: Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0)),
  };
}

function mapOf(mask: MaskedMap['mask'], height: number, width: number, values: readonly number[]): MaskedMap {
  return { mask, height, width, values: Float32Array.from(values) };
}

describe('connectedComponents', () => {
  it('joins diagonals, and not what wraps around the border', () => {
    const { pixels, height, width } = maskOf(
      '#...#', //
      '.#..#',
      '#....',
    );
    expect(connectedComponents(pixels, height, width).map((region) => region.sort((a, b) => a - b))).toEqual([
      [0, 6, 10],
      [4, 9],
    ]);
  });

  it('gives a spiral as one region, and nothing of nothing', () => {
    const spiral = maskOf('#####', '....#', '###.#', '#...#', '#####');
    expect(connectedComponents(spiral.pixels, 5, 5)).toHaveLength(1);
    expect(connectedComponents(new Uint8Array(9), 3, 3)).toEqual([]);
  });

  it('does not run out of stack', () => {
    expect(connectedComponents(new Uint8Array(1024 * 1024).fill(1), 1024, 1024)[0]).toHaveLength(1024 * 1024);
  });
});

describe('pixelAuroc', () => {
  it('is that of the single pixels of a coarse map', () => {
    const draw = chance(1);
    const maps = Array.from({ length: 4 }, (): MaskedMap => {
      const mask = {
        height: 6,
        width: 9,
        pixels: Uint8Array.from({ length: 54 }, () => (draw() < 0.3 ? 1 : 0)),
      };
      // Few values: ties between places and images.
      return mapOf(
        mask,
        2,
        3,
        Array.from({ length: 6 }, () => Math.floor(4 * draw())),
      );
    });
    const sides: [number[], number[]] = [[], []];
    for (const { mask, values } of maps) {
      mask.pixels.forEach((inside, pixel) => {
        const place = Math.floor(Math.floor(pixel / 9) / 3) * 3 + Math.floor((pixel % 9) / 3);
        sides[inside === 0 ? 0 : 1].push(values[place] ?? NaN);
      });
    }
    expect(pixelAuroc(maps)).toBeCloseTo(auroc(...sides), 12);
  });

  it('is 1 for the mask itself, 0 for its opposite and a half for a constant', () => {
    const mask = maskOf('##..', '....');
    expect(pixelAuroc([mapOf(mask, 2, 4, [...mask.pixels])])).toBe(1);
    expect(
      pixelAuroc([
        mapOf(
          mask,
          2,
          4,
          Array.from(mask.pixels, (inside) => 1 - inside),
        ),
      ]),
    ).toBe(0);
    expect(pixelAuroc([mapOf(mask, 1, 1, [7])])).toBeCloseTo(0.5, 12);
  });

  it('refuses images without defects, and values that are not finite', () => {
    expect(() => pixelAuroc([mapOf(maskOf('..'), 1, 2, [1, 2])])).toThrow('no anomalous pixels');
    expect(() => pixelAuroc([mapOf(maskOf('##'), 1, 2, [1, 2])])).toThrow('no normal pixels');
    expect(() => pixelAuroc([mapOf(maskOf('#.'), 1, 2, [1, NaN])])).toThrow(RangeError);
  });
});

/** By its definition: every threshold, every region. */
function bruteAupro(maps: readonly MaskedMap[], limit: number): number {
  const thresholds = [...new Set(maps.flatMap(({ values }) => [...values]))].sort((a, b) => b - a);
  const points = [{ x: 0, y: 0 }];
  for (const threshold of thresholds) {
    let [falsePositives, negatives] = [0, 0];
    const overlaps: number[] = [];
    for (const { mask, values } of maps) {
      const raised = Array.from(values, (value) => value >= threshold);
      mask.pixels.forEach((inside, pixel) => {
        if (inside !== 0) return;
        negatives += 1;
        falsePositives += raised[pixel] === true ? 1 : 0;
      });
      for (const region of connectedComponents(mask.pixels, mask.height, mask.width)) {
        overlaps.push(region.filter((pixel) => raised[pixel] === true).length / region.length);
      }
    }
    points.push({
      x: falsePositives / negatives,
      y: overlaps.reduce((sum, each) => sum + each, 0) / overlaps.length,
    });
  }
  let area = 0;
  points.slice(1).forEach((to, index) => {
    const from = points[index] ?? to;
    if (from.x >= limit || to.x === from.x) return;
    const end = Math.min(to.x, limit);
    const y = from.y + ((to.y - from.y) * (end - from.x)) / (to.x - from.x);
    area += ((from.y + y) / 2) * (end - from.x);
  });
  return area / limit;
}

describe('aupro', () => {
  it.each([0.05, 0.3, 1])('agrees with its definition, up to %d', (limit) => {
    const draw = chance(2);
    const maps = Array.from({ length: 5 }, (_, image): MaskedMap => {
      const pixels = Uint8Array.from({ length: 80 }, () => (image > 1 && draw() < 0.15 ? 1 : 0));
      const values = Array.from(pixels, (inside) => Math.round(6 * (draw() + 0.4 * inside)));
      return mapOf({ height: 8, width: 10, pixels }, 8, 10, values);
    });
    expect(aupro(maps, limit)).toBeCloseTo(bruteAupro(maps, limit), 10);
  });

  it('counts a small region as much as a large one', () => {
    const mask = maskOf('####......', '####......', '.........#');
    // The large region is found, the small one only with everything else.
    const values = Array.from(mask.pixels, (inside, pixel) => (inside === 1 && pixel < 20 ? 1 : 0));
    // From (0, 1/2) to (1, 1) on a straight line, as all the rest has one value.
    expect(aupro([mapOf(mask, 3, 10, values)], 0.3)).toBeCloseTo(0.5 + 0.15 / 2, 10);
    expect(pixelAuroc([mapOf(mask, 3, 10, values)])).toBeCloseTo(8 / 9 + 1 / 18, 10);
  });

  it('is 1 for the mask itself and refuses limits out of range', () => {
    const mask = maskOf('##..', '....');
    expect(aupro([mapOf(mask, 2, 4, [...mask.pixels])])).toBeCloseTo(1, 12);
    expect(() => aupro([mapOf(mask, 2, 4, [...mask.pixels])], 0)).toThrow(RangeError);
  });
});

describe('boxes', () => {
  const map = (values: number[], ...boxes: [number, number, number, number][]): BoxedMap => ({
    values: Float32Array.from(values),
    height: 2,
    width: 3,
    cell: 10,
    boxes: boxes.map(([left, top, right, bottom]) => ({ left, top, right, bottom })),
  });

  it('are hit by a peak that touches them', () => {
    expect(peakHitsBox(map([0, 0, 9, 0, 0, 0], [25, 5, 28, 8]))).toBe(true);
    expect(peakHitsBox(map([0, 0, 9, 0, 0, 0], [5, 5, 20, 20]))).toBe(false);
    expect(peakHitsBox(map([0, 0, 9, 0, 0, 0], [0, 10, 3, 20], [19, 9, 21, 11]))).toBe(true);
    expect(peakHitsBox(map([0, 0, 9, 0, 0, 0]))).toBe(false);
  });

  it('are counted at a false-alarm area', () => {
    const maps = [
      map([5, 1, 2, 0, 0, 0], [0, 0, 10, 10]),
      map([3, 0, 0, 0, 4, 1], [0, 0, 10, 10], [20, 10, 30, 20]),
    ];
    // Outside: 1 2 0 0 0 and 0 0 0 4.
    expect(boxHits(maps, 0)).toEqual({ hits: 1, boxes: 3, threshold: 4, falseAlarmArea: 0 });
    expect(boxHits(maps, 0.12)).toEqual({ hits: 2, boxes: 3, threshold: 2, falseAlarmArea: 1 / 9 });
    expect(boxHits(maps, 0.5)).toEqual({ hits: 3, boxes: 3, threshold: 0, falseAlarmArea: 3 / 9 });
    expect(() => boxHits(maps, 1)).toThrow(RangeError);
    expect(() => boxHits([map([1, 1, 1, 1, 1, 1], [0, 0, 30, 20])], 0.1)).toThrow('no places outside');
  });
});
