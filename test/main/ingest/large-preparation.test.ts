import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Rectangle } from '../../../main/ingest/layout.ts';
import { openFile } from '../../../main/ingest/open-file.ts';
import { LARGE_PIXELS, leastShrink, prepare, prepareStored } from '../../../main/ingest/preparation.ts';
import type { Preparation } from '../../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import type { OpenedFile, Part, StoredImage, View } from '../../../main/ingest/stored-image.ts';
import { pagesTiff } from '../api/small-images.ts';
import { allInputs, withFolder } from './fixtures.ts';
import { rowOf } from './stored.ts';

/** A ramp of floats, v = x + 2 y, which averages exactly: the mean of a square is the value of its middle. */
const ramp = (x: number, y: number) => x + 2 * y;

/** A file as large as no test can hold, whose ramp is made where it is asked for. */
function rampFile(width: number, height: number, more: Partial<StoredImage> = {}) {
  const asked: View[] = [];
  const read = (_: Part, view: View = {}): Promise<StoredImage> => {
    asked.push(view);
    const { region = { left: 0, top: 0, width, height }, shrink = 1 } = view;
    return Promise.resolve(rampOf(region, shrink, more));
  };
  const image = { part: ONLY_PART, width, height, channels: 1, bitDepth: 32, position: null } as const;
  const file: OpenedFile = {
    path: 'ramp.tif',
    format: 'tiff',
    images: [image],
    notes: [],
    acquisition: null,
    heldBytes: 0,
    read,
  };
  return { file, asked };
}

function rampOf(region: Rectangle, shrink: number, more: Partial<StoredImage>): StoredImage {
  const [width, height] = [Math.floor(region.width / shrink), Math.floor(region.height / shrink)];
  const values = new Float32Array(width * height);
  const middle = (shrink - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values[y * width + x] = ramp(region.left + x * shrink + middle, region.top + y * shrink + middle);
    }
  }
  return rowOf(values, { width, height, ...more });
}

const TILE: Preparation = { fit: 'tile', width: 256, height: 256, channels: 1, overlap: 32 };
// A little more than what is held at once.
const [WIDTH, HEIGHT] = [9000, 7500];
const MOST = ramp(WIDTH - 1, HEIGHT - 1);

describe('an image of more pixels than are held at once', () => {
  it('is cut into tiles that are read when they are asked for, one by one', async () => {
    expect(WIDTH * HEIGHT).toBeGreaterThan(LARGE_PIXELS);
    const { file, asked } = rampFile(WIDTH, HEIGHT, { declared: { low: 0, high: MOST } });
    const inputs = await prepare(file, ONLY_PART, TILE);
    expect([inputs.bytes, asked]).toEqual([0, []]);
    // 224 pixels from one to the next: 41 and 34 tiles.
    expect(inputs.places).toHaveLength(41 * 34);
    expect(inputs.places.at(-1)).toMatchObject({ x: WIDTH - 256, y: HEIGHT - 256 });
    await inputs.at(50);
    const { x, y } = inputs.places[50] ?? { x: NaN, y: NaN };
    expect(asked).toEqual([{ region: { left: x, top: y, width: 256, height: 256 } }]);
    await expect(inputs.at(41 * 34)).rejects.toBeInstanceOf(RangeError);
  });

  it.each([
    ['declares its range', { declared: { low: 0, high: 65535 } }, (v: number) => v / 65535],
    [
      'has a window',
      { voi: { kind: 'window', centre: 9000, width: 6000, function: 'LINEAR_EXACT' } as const },
      (v: number) => (v - 9000) / 6000 + 0.5,
    ],
    ['says nothing: from its own smallest to its own largest value', {}, (v: number) => v / MOST],
    ['is rescaled', { slope: -0.5, intercept: 10 }, (v: number) => 1 - v / MOST],
    ['shows small values bright', { inverted: true }, (v: number) => 1 - v / MOST],
  ])('that %s has the greys of the whole in each of its tiles', async (_, more, fraction) => {
    const { file } = rampFile(WIDTH, HEIGHT, more);
    const inputs = await prepare(file, ONLY_PART, { ...TILE, width: 1024, height: 1024, overlap: 0 });
    for (const index of [0, 40, inputs.places.length - 1]) {
      const { x, y, pixels } = await inputs.at(index);
      for (const [column, row] of [
        [0, 0],
        [1023, 0],
        [511, 700],
        [1023, 1023],
      ] as const) {
        const expected = Math.min(1, Math.max(0, fraction(ramp(x + column, y + row)))) * 255;
        expect(Math.abs((pixels[row * 1024 + column] ?? NaN) - expected)).toBeLessThanOrEqual(0.51);
      }
    }
  });

  it('takes statistics from all of it', async () => {
    const { file } = rampFile(WIDTH, HEIGHT);
    const intensity = { kind: 'percentile', low: 25, high: 75, over: 'image' } as const;
    const inputs = await prepare(file, ONLY_PART, { ...TILE, intensity });
    // The sum of two uniform values, 0 to 9000 and 0 to 15000: quarters of the area under its trapezium.
    const quarter = (part: number) => part * 15000 + 4500;
    const [low, high] = [quarter(0.25), quarter(0.75)];
    for (const index of [0, 700, inputs.places.length - 1]) {
      const { x, y, pixels } = await inputs.at(index);
      const expected = Math.min(1, Math.max(0, (ramp(x + 128, y + 128) - low) / (high - low))) * 255;
      expect(Math.abs((pixels[128 * 256 + 128] ?? NaN) - expected)).toBeLessThan(2);
    }
  });

  it.each(['resize', 'crop', 'pad'] as const)('is averaged before it is scaled, with fit %s', async (fit) => {
    const { file, asked } = rampFile(WIDTH, HEIGHT, { declared: { low: 0, high: MOST } });
    const p = { fit, width: 64, height: 64, channels: 1 } as const;
    const [input] = await allInputs(await prepare(file, ONLY_PART, p));
    expect(asked).toHaveLength(1);
    const { shrink = 1 } = asked[0] ?? {};
    expect(shrink).toBeGreaterThanOrEqual(leastShrink(WIDTH, HEIGHT));
    // At least two pixels for each of the result.
    expect(HEIGHT / shrink / (fit === 'pad' ? (64 * HEIGHT) / WIDTH : 64)).toBeGreaterThanOrEqual(2);
    // The middle of the result is the middle of the image, whatever was cut off or added.
    const centre = ((input?.pixels[31 * 64 + 31] ?? NaN) + (input?.pixels[32 * 64 + 32] ?? NaN)) / 2;
    expect(Math.abs(centre - 127.5)).toBeLessThan(1.5);
  });

  it('has the tiles that it would have, were it cut in memory: a real TIFF', async () => {
    await withFolder(async (folder) => {
      const pixels = new Uint8Array(WIDTH * HEIGHT);
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = 0; x < WIDTH; x++) pixels[y * WIDTH + x] = (x >> 3) ^ (y >> 2);
      }
      const path = join(folder, 'large.tif');
      await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 1 }, limitInputPixels: false })
        .toColourspace('b-w')
        .tiff({ tile: true, tileWidth: 512, tileHeight: 512, compression: 'lzw' })
        .toFile(path);
      const p = { ...TILE, width: 512, height: 512 };
      const inputs = await prepare(await openFile(path), ONLY_PART, p);
      const inMemory = await prepareStored(
        rowOf(pixels, { width: WIDTH, height: HEIGHT, declared: { low: 0, high: 255 } }),
        p,
      );
      expect(inputs.bytes).toBe(0);
      expect(inputs.places.map(({ x, y }) => [x, y])).toEqual(inMemory.places.map(({ x, y }) => [x, y]));
      for (const index of [0, 17, 200, inputs.places.length - 1]) {
        expect(await inputs.at(index)).toEqual(await inMemory.at(index));
      }
    });
  });
});

describe('statistics over a file', () => {
  it('are those of all of its pages, so that equal values stay equal between them', async () => {
    await withFolder(async (folder) => {
      const size = { width: 8, height: 8 };
      const page = (from: number) => Uint16Array.from({ length: 64 }, (_, at) => from + at * 10);
      const path = join(folder, 'pages.tif');
      await writeFile(path, pagesTiff([page(1000), page(1320)], size));
      const file = await openFile(path);
      const p = (over: 'image' | 'file'): Preparation => ({
        ...{ fit: 'resize', width: 8, height: 8, channels: 1 },
        intensity: { kind: 'percentile', low: 0, high: 100, over },
      });
      const greys = async (frame: number, over: 'image' | 'file') => {
        const [input] = await allInputs(await prepare(file, { frame, plane: null }, p(over)));
        return [...(input?.pixels ?? [])];
      };
      // Over the image each page goes from black to white; over the file the second one goes on where the first one ends.
      expect(await greys(1, 'image')).toEqual(await greys(0, 'image'));
      const [first, second] = [await greys(0, 'file'), await greys(1, 'file')];
      expect([first[0], second.at(-1)]).toEqual([0, 255]);
      expect(second.slice(0, 32)).toEqual(first.slice(32));
      // Of the foreground, all but the smallest value: 1010 to 1950.
      expect(first).toEqual([...page(1000)].map((v) => Math.round((Math.max(0, v - 1010) / 940) * 255)));
    });
  });

  it('leave out a page of nothing but padding', async () => {
    const pages = [Int16Array.of(-2000, -2000, -2000), Int16Array.of(-1000, -900, -800)];
    const file: OpenedFile = {
      path: 'slices.dcm',
      format: 'dicom',
      images: pages.map((_, frame) => {
        const part = { frame, plane: null };
        return { part, width: 3, height: 1, channels: 1, bitDepth: 16, position: null };
      }),
      notes: [],
      acquisition: null,
      heldBytes: 0,
      read: ({ frame }) =>
        Promise.resolve(rowOf(pages[frame] ?? Int16Array.of(), { padding: { low: -2000, high: -2000 } })),
    };
    const p: Preparation = {
      ...{ fit: 'tile', width: 8, height: 8, channels: 1, overlap: 0 },
      intensity: { kind: 'percentile', low: 0, high: 100, over: 'file' },
    };
    const [input] = await allInputs(await prepare(file, { frame: 1, plane: null }, p));
    // The foreground is -900 and -800.
    expect(input?.pixels.indexOf(255)).toBe(8 * 3 + 4);
    expect(input?.pixels.filter((grey) => grey > 0)).toHaveLength(1);
  });
});
