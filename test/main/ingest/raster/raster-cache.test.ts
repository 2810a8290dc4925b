import { readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_BLOCK_BYTES } from '../../../../main/ingest/limits.ts';
import { openRaster } from '../../../../main/ingest/raster/open-raster.ts';
import { RasterCache } from '../../../../main/ingest/raster/raster-cache.ts';
import { errorKindOf, withFolder } from '../fixtures.ts';

const PART = { frame: 0, plane: null };

/** So large that it cannot be decoded at once: the samples of its 16-bit grey take more than one block may. */
const WIDTH = 10_300;
const HEIGHT = 10_000;
const valueAt = (x: number, y: number) => (x * 7 + y * 13) % 65_536;
let large: Buffer;

beforeAll(async () => {
  expect(WIDTH * HEIGHT * 2).toBeGreaterThan(MAX_BLOCK_BYTES);
  const values = new Uint16Array(WIDTH * HEIGHT);
  for (let y = 0, i = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) values[i++] = valueAt(x, y);
  large = await sharp(values, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 1 })
    .toBuffer();
}, 60_000);

async function withLarge(use: (path: string, cache: RasterCache, copies: string) => Promise<void>) {
  await withFolder(async (folder) => {
    const path = join(folder, 'large.png');
    await writeFile(path, large);
    const copies = join(folder, 'copies');
    await use(path, new RasterCache(copies), copies);
  });
}

describe('an image too large to be decoded at once', () => {
  it('is read in parts through a copy that is made once, by itself, and again when it is deleted', async () => {
    await withLarge(async (path, cache, copies) => {
      const file = await openRaster(path, 'png', { cache });
      const region = { left: 4000, top: HEIGHT - 3, width: 2, height: 3 };
      const expected = [0, 1, 2].flatMap((y) => [0, 1].map((x) => valueAt(4000 + x, HEIGHT - 3 + y)));
      const [{ values }] = await Promise.all([file.read(PART, { region }), file.read(PART, { region })]);
      expect(Array.from(values)).toEqual(expected);
      const [copy = '', ...others] = await readdir(copies);
      expect(others).toEqual([]);
      expect((await stat(copies)).mode & 0o777).toBe(0o700);

      await rm(join(copies, copy));
      const again = await openRaster(path, 'png', { cache });
      expect(Array.from((await again.read(PART, { region })).values)).toEqual(expected);
      expect(await readdir(copies)).toEqual([copy]);
    });
  }, 60_000);

  it('is averaged as its pixels say', async () => {
    await withLarge(async (path, cache) => {
      const file = await openRaster(path, 'png', { cache });
      const { width, height, values } = await file.read(PART, { shrink: 100 });
      expect([width, height]).toEqual([103, 100]);
      let sum = 0;
      for (let i = 0; i < 10_000; i++) sum += valueAt(5_000 + (i % 100), 7_000 + Math.floor(i / 100));
      expect(values[70 * width + 50]).toBe(Math.floor(sum / 10_000 + 0.5));
    });
  }, 60_000);

  it('is known to be damaged before it is read, and leaves no copy then', async () => {
    await withLarge(async (path, cache, copies) => {
      const bytes = Buffer.from(large);
      // In the last quarter, where only decoding to the end comes to.
      bytes.fill(0x5a, Math.floor(bytes.length * 0.8), Math.floor(bytes.length * 0.8) + 40);
      await writeFile(path, bytes);
      const file = await openRaster(path, 'png', { cache });
      expect(await errorKindOf(file.checkDecodes())).toBe('corrupt');
      expect(await readdir(copies)).toEqual([]);
    });
  }, 60_000);
});

describe('RasterCache', () => {
  const SIDE = 64;
  const bytes = SIDE * SIDE;

  /** Makes a small file of one value, and what reads the first byte of its copy. */
  async function small(folder: string, name: string, value: number) {
    const path = join(folder, name);
    const unpack = (copy: string) =>
      sharp(Buffer.alloc(bytes, value), { raw: { width: SIDE, height: SIDE, channels: 1 } })
        .toColourspace('b-w')
        .toFile(copy);
    await writeFile(path, String(value));
    return (cache: RasterCache) =>
      cache.use({ path, page: 0, bytes }, unpack, async (copy, start) => (await readFile(copy))[start]);
  }

  it('lets the least recently used copies go', async () => {
    await withFolder(async (folder) => {
      const copies = join(folder, 'copies');
      const cache = new RasterCache(copies, bytes * 2.9);
      const [first, second, third] = [
        await small(folder, 'a', 1),
        await small(folder, 'b', 2),
        await small(folder, 'c', 3),
      ];
      expect(await first(cache)).toBe(1);
      const [oldest = ''] = await readdir(copies);
      const past = new Date(Date.now() - 60_000);
      await utimes(join(copies, oldest), past, past);
      expect(await second(cache)).toBe(2);
      expect(await third(cache)).toBe(3);
      const left = await readdir(copies);
      expect(left).toHaveLength(2);
      expect(left).not.toContain(oldest);
      expect(await first(cache)).toBe(1);
    });
  });

  it('makes a copy again of a file that has changed', async () => {
    await withFolder(async (folder) => {
      const cache = new RasterCache(join(folder, 'copies'));
      expect(await (await small(folder, 'a', 1))(cache)).toBe(1);
      expect(await (await small(folder, 'a', 22))(cache)).toBe(22);
    });
  });

  it('never takes a copy that is too short', async () => {
    await withFolder(async (folder) => {
      const copies = join(folder, 'copies');
      const cache = new RasterCache(copies);
      const first = await small(folder, 'a', 1);
      expect(await first(cache)).toBe(1);
      const [copy = ''] = await readdir(copies);
      await writeFile(join(copies, copy), 'short');
      expect(await first(cache)).toBe(1);
    });
  });
});
