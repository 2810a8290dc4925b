import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  distinct,
  folderImages,
  memorySource,
  shrunkCrops,
  shuffled,
  softened,
} from '../../../bench/accuracy/image-pools.ts';
import { RandomStream } from '../../../models/random.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Colour = readonly [number, number, number];

async function write(path: string, width: number, height: number, colour: (x: number, y: number) => Colour) {
  const pixels = Uint8Array.from(
    Array.from({ length: width * height }, (_, index) =>
      colour(index % width, Math.floor(index / width)),
    ).flat(),
  );
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path);
}

/** A photograph in which red is the column and green the row. */
const coordinates = (x: number, y: number): Colour => [x, y, 77];

const SIZE = 32 * 32;
/** Away from the edges, where shrinking has fewer pixels to mix. */
const [FROM, TO] = [6, 25];

describe('images of a folder', () => {
  it('are all of its pictures in path order, planar', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'cat'));
    await write(join(folder, 'dog.png'), 32, 32, (x, y) => [x, y, 3]);
    await write(join(folder, 'cat', 'one.png'), 32, 32, (x, y) => [200 - x, 100 + y, 9]);
    writeFileSync(join(folder, 'notes.txt'), 'no picture');
    const images = await folderImages(folder);
    expect(images).toHaveLength(2);
    const at = (image: number, channel: number, x: number, y: number) =>
      images[image]?.[channel * SIZE + y * 32 + x];
    expect([at(0, 0, 7, 5), at(0, 1, 7, 5), at(0, 2, 7, 5)]).toEqual([193, 105, 9]);
    expect([at(1, 0, 7, 5), at(1, 1, 7, 5), at(1, 2, 7, 5)]).toEqual([7, 5, 3]);
  });
});

describe('shrunken crops', () => {
  it('are shrunk at least 3 times, as wide as high, from many places and sizes', async () => {
    const folder = temporaryFolder();
    await write(join(folder, 'photograph.png'), 250, 200, coordinates);
    const crops = await shrunkCrops(folder, 40, 1);
    expect(crops).toHaveLength(40);
    const factors = crops.map((crop) => {
      const value = (channel: number, x: number, y: number) =>
        crop[channel * SIZE + y * 32 + x] ?? Number.NaN;
      const across = (value(0, TO, 16) - value(0, FROM, 16)) / (TO - FROM);
      const down = (value(1, 16, TO) - value(1, 16, FROM)) / (TO - FROM);
      expect(Math.abs(across - down)).toBeLessThan(0.2);
      expect(crop.subarray(2 * SIZE).every((blue) => blue === 77)).toBe(true);
      return across;
    });
    // Values are whole numbers, so a slope is known to a tenth.
    expect(Math.min(...factors)).toBeGreaterThan(2.9);
    expect(Math.max(...factors)).toBeLessThan(200 / 32 + 0.1);
    expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(1.5);
    expect(new Set(crops.map((crop) => crop[0])).size).toBeGreaterThan(10);
  });

  it('are the same with the same seed, and others with another', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.png', 'b.png']) await write(join(folder, name), 150, 120, coordinates);
    const crops = await shrunkCrops(folder, 3, 1);
    expect(crops).toHaveLength(6);
    expect(await shrunkCrops(folder, 3, 1)).toEqual(crops);
    expect(await shrunkCrops(folder, 3, 2)).not.toEqual(crops);
  });

  it('come from grey photographs too', async () => {
    const folder = temporaryFolder();
    await sharp(new Uint8Array(128 * 128).fill(90), { raw: { width: 128, height: 128, channels: 1 } })
      .toColourspace('b-w')
      .toFile(join(folder, 'grey.jpg'));
    expect(await shrunkCrops(folder, 1, 1)).toEqual([new Uint8Array(3 * SIZE).fill(90)]);
  });

  it('are not taken from photographs too small to be shrunk that much', async () => {
    const folder = temporaryFolder();
    await write(join(folder, 'large.png'), 96, 130, coordinates);
    await write(join(folder, 'small.png'), 95, 130, coordinates);
    expect(await shrunkCrops(folder, 2, 1)).toHaveLength(2);
  });
});

describe('pools', () => {
  const image = (...values: number[]) => Uint8Array.from(values);

  it('lose repeated images, and those of another pool', () => {
    const images = [image(1, 2), image(3, 4), image(1, 2), image(5, 6), image(2, 1)];
    expect(distinct(images)).toEqual([image(1, 2), image(3, 4), image(5, 6), image(2, 1)]);
    expect(distinct(images, [image(5, 6), image(9, 9)])).toEqual([image(1, 2), image(3, 4), image(2, 1)]);
  });

  it('are shuffled by seed and purpose', () => {
    const images = Array.from({ length: 50 }, (_, index) => image(index));
    const first = shuffled(images, 1, 'split');
    expect([...first].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(images);
    expect(shuffled(images, 1, 'split')).toEqual(first);
    expect(shuffled(images, 2, 'split')).not.toEqual(first);
    expect(shuffled(images, 1, 'other')).not.toEqual(first);
  });

  it('give images in the order asked for', async () => {
    const source = memorySource([image(1), image(2), image(3)]);
    expect(source.count).toBe(3);
    expect(await source.read([2, 0, 2])).toEqual([image(3), image(1), image(3)]);
  });
});

describe('softened images', () => {
  /** Mean square of the differences of horizontal neighbours, of the red channel. */
  const detail = (image: Uint8Array) => {
    let sum = 0;
    for (let at = 0; at < SIZE; at++) {
      if (at % 32 < 31) sum += ((image[at + 1] ?? 0) - (image[at] ?? 0)) ** 2;
    }
    return sum / SIZE;
  };
  /** Each pixel black or white by chance: as much detail as there can be. */
  const noise = Array.from({ length: 60 }, (_, index) => {
    const random = new RandomStream(index, 'noise');
    return Uint8Array.from({ length: 3 * SIZE }, () => 255 * random.integer(2));
  });

  it('have less detail, to degrees from nearly none of it lost to nearly all', async () => {
    const images = await softened(noise, 1);
    const left = images
      .map((image, index) => detail(image) / detail(noise[index] ?? image))
      .toSorted((a, b) => a - b);
    expect(images.every((image) => image.length === 3 * SIZE)).toBe(true);
    expect(left[0]).toBeLessThan(0.02);
    expect(left.at(-1)).toBeGreaterThan(0.6);
    expect(left.every((share) => share <= 1.01)).toBe(true);
  });

  it('keep what is large and where it is', async () => {
    // Dark to the left, bright to the right, in red alone.
    const halves = Uint8Array.from({ length: 3 * SIZE }, (_, at) => (at < SIZE && at % 32 >= 16 ? 200 : 40));
    for (const image of await softened([halves, halves, halves, halves], 3)) {
      const at = (channel: number, x: number, y: number) => image[channel * SIZE + y * 32 + x] ?? 0;
      expect(at(0, 4, 16)).toBeLessThan(60);
      expect(at(0, 27, 16)).toBeGreaterThan(180);
      expect([at(1, 27, 16), at(2, 4, 5)]).toEqual([40, 40]);
    }
  });

  it('are the same for the same seed', async () => {
    const few = noise.slice(0, 4);
    expect(await softened(few, 5)).toEqual(await softened(few, 5));
    expect(await softened(few, 5)).not.toEqual(await softened(few, 6));
  });
});
