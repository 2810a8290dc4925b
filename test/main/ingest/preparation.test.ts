import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../../main/ingest/layout.ts';
import { Preparation, prepareStored } from '../../../main/ingest/preparation.ts';
import type { PreparedImage } from '../../../main/ingest/preparation.ts';
import type { StoredImage } from '../../../main/ingest/stored-image.ts';
import { FIXTURES, allInputs, readFirst } from './fixtures.ts';
import { rowOf } from './stored.ts';

function image(width: number, height: number, channels: 1 | 3, samples: readonly number[]): StoredImage {
  return rowOf(Uint8Array.from(samples), { width, height, channels, declared: { low: 0, high: 255 } });
}

/** A grey image whose sample at (x, y) is f(x, y). */
function grey(width: number, height: number, f: (x: number, y: number) => number): StoredImage {
  const samples = Array.from({ length: width * height }, (_, i) => f(i % width, Math.floor(i / width)));
  return image(width, height, 1, samples);
}

async function inputsOf(stored: StoredImage, p: Preparation): Promise<PreparedImage[]> {
  return allInputs(await prepareStored(stored, p));
}

async function only(stored: StoredImage, p: Preparation): Promise<PreparedImage> {
  const [first, ...more] = await inputsOf(stored, p);
  expect(more).toEqual([]);
  if (!first) throw new Error('nothing was prepared');
  return first;
}

const resize8 = { fit: 'resize', height: 8, width: 8, channels: 1 } as const;

describe('the settings', () => {
  it('take multiples of 8, and an overlap smaller than a tile', () => {
    const tile = { fit: 'tile', height: 16, width: 8, channels: 3, overlap: 7 };
    expect(Preparation.parse(tile)).toEqual(tile);
    expect(Preparation.safeParse({ ...tile, overlap: 8 }).success).toBe(false);
    expect(Preparation.safeParse({ ...resize8, width: 12 }).success).toBe(false);
    expect(Preparation.safeParse({ ...resize8, width: 0 }).success).toBe(false);
    expect(Preparation.safeParse({ ...resize8, channels: 2 }).success).toBe(false);
    expect(Preparation.safeParse({ ...resize8, overlap: 2 }).success).toBe(false);
    expect(Preparation.safeParse({ ...resize8, fit: 'stretch' }).success).toBe(false);
  });
});

describe('samples', () => {
  it('of 16 bits become round(v * 255 / 65535)', async () => {
    const values = Uint16Array.from({ length: 256 * 256 }, (_, i) => i);
    const stored = rowOf(values, { width: 256, height: 256, declared: { low: 0, high: 65535 } });
    const { pixels } = await only(stored, { ...resize8, height: 256, width: 256 });
    expect(Array.from(pixels)).toEqual(Array.from(values, (v) => Math.round((v * 255) / 65535)));
  });

  it('of RGB become grey by Rec. 601 luma', async () => {
    const colours = [
      [255, 0, 0, 76],
      [0, 255, 0, 150],
      [0, 0, 255, 29],
      [255, 255, 255, 255],
      [0, 0, 0, 0],
      [10, 20, 30, 18],
    ];
    const all = Array.from({ length: 64 }, (_, i) => colours[i % colours.length] ?? []);
    const decoded = image(
      8,
      8,
      3,
      all.flatMap((c) => c.slice(0, 3)),
    );
    const { pixels } = await only(decoded, resize8);
    expect(Array.from(pixels)).toEqual(all.map((c) => c[3]));
  });

  it('of grey are repeated in three planes, those of RGB are moved into them', async () => {
    const ramp = grey(8, 8, (x, y) => y * 8 + x);
    const fromGrey = await only(ramp, { ...resize8, channels: 3 });
    expect(Array.from(fromGrey.pixels)).toEqual(Array.from({ length: 192 }, (_, i) => i % 64));
    const rgb = Array.from({ length: 192 }, (_, i) => i);
    const fromRgb = await only(image(8, 8, 3, rgb), { ...resize8, channels: 3 });
    const planes = [0, 1, 2].flatMap((c) => Array.from({ length: 64 }, (_, i) => i * 3 + c));
    expect(Array.from(fromRgb.pixels)).toEqual(planes);
  });

  it('stay the same in both depths: an 8-bit image and its 16-bit copy prepare alike', async () => {
    const eight = grey(13, 9, (x, y) => (x * 19 + y * 37) % 256);
    const sixteen: StoredImage = {
      ...eight,
      values: Uint16Array.from(eight.values, (v) => v * 257),
      declared: { low: 0, high: 65535 },
    };
    expect(await inputsOf(sixteen, resize8)).toEqual(await inputsOf(eight, resize8));
  });
});

describe('resize', () => {
  it('stretches to both sides, keeping left from right and top from bottom', async () => {
    const halves = grey(40, 20, (x, y) => (x < 20 ? 0 : 100) + (y < 10 ? 0 : 100));
    const { pixels, x, y } = await only(halves, { ...resize8, height: 16 });
    expect([x, y]).toEqual([0, 0]);
    const corners = [pixels[0], pixels[7], pixels[15 * 8], pixels[15 * 8 + 7]];
    expect(corners).toEqual([0, 100, 100, 200]);
  });

  it('shrinks by averaging, not by dropping pixels', async () => {
    const stripes = grey(64, 64, (x) => (x % 2) * 200);
    const { pixels } = await only(stripes, resize8);
    for (const v of pixels) expect(Math.abs(v - 100)).toBeLessThanOrEqual(12);
  });
});

describe('crop', () => {
  it('takes the centre', async () => {
    const wide = grey(24, 8, (x) => (x < 8 ? 10 : x < 16 ? 20 : 30));
    const { pixels, x, y } = await only(wide, { ...resize8, fit: 'crop' });
    expect(new Set(pixels)).toEqual(new Set([20]));
    expect([x, y]).toEqual([8, 0]);
  });

  it('scales the short side, and says where it lies in the scaled image', async () => {
    const tall = grey(16, 48, (_, y) => (y < 16 ? 10 : y < 32 ? 20 : 30));
    const { pixels, x, y } = await only(tall, { ...resize8, fit: 'crop' });
    expect(new Set(pixels)).toEqual(new Set([20]));
    expect([x, y]).toEqual([0, 8]);
  });

  it('takes a line of pixels too', async () => {
    const line = grey(100_000, 1, () => 50);
    const { pixels } = await only(line, { ...resize8, fit: 'crop' });
    expect(new Set(pixels)).toEqual(new Set([50]));
  });
});

describe('pad', () => {
  it('keeps the aspect ratio, centred on black', async () => {
    const wide = grey(32, 16, () => 90);
    const { pixels, x, y } = await only(wide, { ...resize8, fit: 'pad' });
    const rows = Array.from({ length: 8 }, (_, row) => new Set(pixels.subarray(row * 8, row * 8 + 8)));
    const [black, full] = [new Set([0]), new Set([90])];
    expect(rows).toEqual([black, black, full, full, full, full, black, black]);
    expect([x, y]).toEqual([0, -2]);
  });
});

describe('tile', () => {
  const tile = { fit: 'tile', height: 8, width: 8, channels: 1, overlap: 0 } as const;

  it('cuts the image row by row, the last ones shifted inward', async () => {
    const source = grey(20, 10, (x, y) => y * 20 + x);
    const tiles = await inputsOf(source, tile);
    expect(tiles.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [8, 0],
      [12, 0],
      [0, 2],
      [8, 2],
      [12, 2],
    ]);
    for (const { pixels, x, y } of tiles) {
      const expected = Array.from({ length: 64 }, (_, i) => (y + Math.floor(i / 8)) * 20 + x + (i % 8));
      expect(Array.from(pixels)).toEqual(expected);
    }
  });

  it('overlaps neighbours by at least as much as asked', () => {
    const starts = layOut(20, 8, { ...tile, overlap: 3 }).map(({ x }) => x);
    expect(starts).toEqual([0, 5, 10, 12]);
  });

  it('pads an image that is smaller than a tile', async () => {
    const { pixels, x, y } = await only(
      grey(2, 1, () => 9),
      tile,
    );
    expect([x, y]).toEqual([-3, -3]);
    expect(Array.from(pixels.entries()).filter(([, v]) => v > 0)).toEqual([
      [27, 9],
      [28, 9],
    ]);
  });

  it('shows every pixel of any image, unscaled and nothing but the image', async () => {
    const sides = fc.integer({ min: 1, max: 40 });
    const target = fc.constantFrom(8, 16, 24);
    await fc.assert(
      fc.asyncProperty(sides, sides, target, target, fc.nat(7), async (w, h, tw, th, overlap) => {
        const source = grey(w, h, (x, y) => 1 + ((x * 7 + y * 13) % 255));
        const p: Preparation = { fit: 'tile', height: th, width: tw, channels: 1, overlap };
        const rebuilt = new Uint8Array(w * h);
        for (const { pixels, x, y } of await inputsOf(source, p)) {
          expect(pixels.length).toBe(tw * th);
          pixels.forEach((value, i) => {
            const [column, row] = [x + (i % tw), y + Math.floor(i / tw)];
            const inside = column >= 0 && row >= 0 && column < w && row < h;
            if (inside) rebuilt[row * w + column] = value;
            else expect(value).toBe(0);
          });
        }
        expect(Array.from(rebuilt)).toEqual(Array.from(source.values));
      }),
      { numRuns: 100 },
    );
  });
});

describe('every fit', () => {
  const fits = [
    { ...resize8, width: 16 },
    { ...resize8, width: 16, fit: 'crop' },
    { ...resize8, width: 16, fit: 'pad' },
    { ...resize8, width: 16, fit: 'tile', overlap: 2 },
  ] as const;

  it.each(fits)('$fit takes a 1-pixel image', async (p) => {
    const { pixels } = await only(await readFirst(join(FIXTURES, 'one-pixel.png')), p);
    expect(pixels.length).toBe(128);
    expect(Math.max(...pixels)).toBe(42);
  });

  it.each(fits)('$fit keeps a constant image constant', async (p) => {
    for (const prepared of await inputsOf(await readFirst(join(FIXTURES, 'constant.png')), p)) {
      const shown = new Set(prepared.pixels);
      shown.delete(0);
      expect(shown).toEqual(new Set([77]));
    }
  });

  it('gives the same bytes every time, of the size asked for, for any image', async () => {
    const sides = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fits), sides, sides, fc.nat(), async (p, w, h, seed) => {
        const source = grey(w, h, (x, y) => (seed + x * 31 + y * 17) % 256);
        const prepared = await inputsOf(source, p);
        expect(prepared.every(({ pixels }) => pixels.length === 128)).toBe(true);
        expect(await inputsOf(source, p)).toEqual(prepared);
      }),
      { numRuns: 60 },
    );
  });
});
