import { describe, expect, it } from 'vitest';
import type { Preparation } from '../../../main/ingest/preparation-settings.ts';
import { HeatmapCanvas } from '../../../main/jobs/heatmap-canvas.ts';
import type { PixelMap } from '../../../models/detectors/method.ts';

const NAME = 'likelihood';

const tileOf = (side: number, channels: 1 | 3 = 1): Preparation => ({
  fit: 'tile',
  width: side,
  height: side,
  channels,
  overlap: 0,
});

/** A tile that is everywhere of so many nats a pixel: values are of 2 x 2 pixels. */
function scored(side: number, nats: number): Record<string, PixelMap> {
  const half = side / 2;
  const values = new Float32Array(half * half).fill(nats);
  return { [NAME]: { width: half, height: half, values, cell: 2 } };
}

function grey(side: number, value: number, place: { x: number; y: number }) {
  return { ...place, pixels: new Uint8Array(side * side).fill(value) };
}

describe('a canvas of heatmaps', () => {
  it('averages tiles where they overlap, and knows nothing where none is', () => {
    const places = [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 12, y: 8 },
    ];
    const canvas = new HeatmapCanvas(places, tileOf(8));
    const [first, second, third] = places.map((place, index) => grey(8, 100 * index, place));
    if (!first || !second || !third) throw new Error('three tiles were placed');
    canvas.add(first, scored(8, 1));
    canvas.add(second, scored(8, 4));
    canvas.add(third, scored(8, 9));
    const { width, height, image, maps } = canvas.result();
    expect([width, height]).toEqual([20, 16]);
    const expected: Record<'map' | 'image', number[]> = { map: [], image: [] };
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const here = [x < 8 && y < 8, x >= 4 && x < 12 && y < 8, x >= 12 && y >= 8];
        const count = here.filter(Boolean).length;
        const sum = (of: readonly number[]) => of.reduce((all, each, at) => all + (here[at] ? each : 0), 0);
        expected.map.push(sum([1, 4, 9]) / count);
        const colour = count === 0 ? 0 : sum([0, 100, 200]) / count;
        expected.image.push(colour, colour, colour);
      }
    }
    expect(Array.from(maps[NAME] ?? [])).toEqual(expected.map);
    expect(Array.from(image)).toEqual(expected.image);
  });

  it('begins where the first tile does, also left of and above the image', () => {
    const place = { x: -3, y: -1 };
    const canvas = new HeatmapCanvas([place], tileOf(8));
    canvas.add(grey(8, 7, place), scored(8, 2));
    const { width, height, maps } = canvas.result();
    expect([width, height]).toEqual([8, 8]);
    expect(new Set(maps[NAME])).toEqual(new Set([2]));
  });

  it('keeps colours, plane by plane', () => {
    const place = { x: 0, y: 0 };
    const canvas = new HeatmapCanvas([place], tileOf(8, 3));
    const pixels = Uint8Array.from({ length: 3 * 64 }, (_, at) => [10, 20, 30][Math.floor(at / 64)] ?? 0);
    canvas.add({ ...place, pixels }, scored(8, 1));
    const { image } = canvas.result();
    expect(Array.from(image)).toEqual(Array.from({ length: 64 }, () => [10, 20, 30]).flat());
  });

  it('averages down what is larger than 4096 pixels a side, keeping its values a pixel', () => {
    const side = 64;
    // 8200 pixels: three become one.
    const places = Array.from({ length: 129 }, (_, index) => ({
      x: Math.min(index * side, 8200 - side),
      y: 0,
    }));
    const canvas = new HeatmapCanvas(places, tileOf(side));
    for (const place of places) {
      const nats = place.x >= 4096 ? 3 : 1;
      canvas.add(grey(side, 50 * nats, place), scored(side, nats));
    }
    const { width, height, maps, image } = canvas.result();
    expect([width, height]).toEqual([Math.ceil(8200 / 3), Math.ceil(side / 3)]);
    const values = maps[NAME] ?? new Float32Array();
    // The border at pixel 4096 lies in cell 1365, of which one pixel is before it.
    const row = (y: number) => Array.from(values.subarray(y * width, (y + 1) * width));
    for (const y of [0, height - 1]) {
      expect(new Set(row(y).slice(0, 1365))).toEqual(new Set([1]));
      expect(row(y)[1365]).toBeCloseTo((1 + 3 + 3) / 3, 5);
      expect(new Set(row(y).slice(1366))).toEqual(new Set([3]));
    }
    expect([image[0], image.at(-1)]).toEqual([50, 150]);
  });
});
