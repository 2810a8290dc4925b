import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PreparedImages } from '../../../main/ingest/loader.ts';
import { openFile } from '../../../main/ingest/open-file.ts';
import { PreparedCache } from '../../../main/ingest/prepared-cache.ts';
import { prepare } from '../../../main/ingest/preparation.ts';
import type { Inputs } from '../../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import { FIXTURES, allInputs, collect, readTruth, withFolder } from './fixtures.ts';

const preparation = { fit: 'pad', height: 16, width: 16, channels: 3 } as const;
const names = Object.keys(await readTruth());
const files = names.map((relativePath, i) => ({ id: `file-${String(i)}`, relativePath, ...ONLY_PART }));

describe('PreparedImages', () => {
  it('gives each image as it is prepared alone, in the order asked for, also repeatedly', async () => {
    const order = [...names.keys()].reverse().concat(0, 0, 1, 0);
    const loader = new PreparedImages(FIXTURES, files, preparation, { readAhead: 3 });
    const loaded = await collect(loader.images(order));
    expect(loaded.map(({ index }) => index)).toEqual(order);
    for (const item of loaded) {
      const file = await openFile(join(FIXTURES, names[item.index] ?? ''));
      const alone = await prepare(file, ONLY_PART, preparation);
      if (!('inputs' in item)) throw item.error;
      expect(await allInputs(item.inputs)).toEqual(await allInputs(alone));
    }
  });

  it('reports broken and missing files as items and goes on', async () => {
    await withFolder(async (root) => {
      await copyFile(join(FIXTURES, 'grey8.png'), join(root, 'a.png'));
      await writeFile(join(root, 'b.png'), '');
      await copyFile(join(FIXTURES, 'grey8.png'), join(root, 'd.png'));
      const list = ['a.png', 'b.png', 'c.png', 'd.png'].map((relativePath, id) => ({
        id,
        relativePath,
        ...ONLY_PART,
      }));
      const loaded = await collect(new PreparedImages(root, list, preparation).images([0, 1, 2, 3]));
      expect(loaded).toMatchObject([
        { index: 0, inputs: { places: [{}] } },
        { index: 1, error: { kind: 'empty-file' } },
        { index: 2, error: { kind: 'not-found' } },
        { index: 3, inputs: { places: [{}] } },
      ]);
    });
  });

  it('keeps what it prepared, up to cacheBytes', async () => {
    await withFolder(async (root) => {
      for (const name of ['a.png', 'b.png']) await copyFile(join(FIXTURES, 'grey8.png'), join(root, name));
      const list = ['a.png', 'b.png'].map((relativePath, id) => ({ id, relativePath, ...ONLY_PART }));
      const one = new PreparedImages(root, list, preparation, { cacheBytes: 16 * 16 * 3, readAhead: 1 });
      const none = new PreparedImages(root, list, preparation, { cacheBytes: 0 });
      await collect(one.images([0, 1]));
      await collect(none.images([0, 1]));
      await rm(join(root, 'a.png'));
      await rm(join(root, 'b.png'));
      expect(await collect(one.images([1, 0]))).toMatchObject([{ inputs: { places: [{}] } }, { error: {} }]);
      expect(await collect(none.images([1, 0]))).toMatchObject([{ error: {} }, { error: {} }]);
    });
  });

  it('gives the images of one file by their places in it', async () => {
    const frames = [1, 0].map((frame) => ({ id: frame, relativePath: 'two-frames.dcm', frame, plane: null }));
    const p = { fit: 'tile', height: 8, width: 8, channels: 1, overlap: 0 } as const;
    const loaded = await collect(new PreparedImages(FIXTURES, frames, p).images([0, 1]));
    const pixels = [];
    for (const item of loaded) {
      if (!('inputs' in item)) throw item.error;
      const { x, y, pixels: planar } = await item.inputs.at(0);
      // 5 x 3 in the middle of 8 x 8.
      pixels.push([0, 1, 2].flatMap((row) => [...planar.subarray((row - y) * 8 - x, (row - y) * 8 - x + 5)]));
    }
    const forwards = (await readTruth())['u12-explicit.dcm']?.shown ?? [];
    expect(pixels).toEqual([forwards.toReversed(), forwards]);
  });

  it('can be closed at any item and used again', async () => {
    const loader = new PreparedImages(FIXTURES, files, preparation, { readAhead: 4 });
    for await (const { index } of loader.images([3, 2, 1, 0, 5])) {
      expect(index).toBe(3);
      break;
    }
    expect((await collect(loader.images([5, 3]))).map(({ index }) => index)).toEqual([5, 3]);
  });

  it('names an index that does not exist', async () => {
    const loader = new PreparedImages(FIXTURES, files, preparation);
    await expect(collect(loader.images([0, 9999]))).rejects.toThrow('no image 9999');
  });
});

describe('PreparedCache', () => {
  const entry = (bytes: number): Inputs => {
    const image = { pixels: new Uint8Array(bytes), x: 0, y: 0 };
    return { places: [image], bytes, at: () => Promise.resolve(image) };
  };

  it('drops the least recently used first', () => {
    const cache = new PreparedCache(30);
    for (const index of [1, 2, 3]) cache.set(index, entry(10));
    cache.get(1);
    cache.set(4, entry(10));
    expect([1, 2, 3, 4].filter((index) => cache.get(index) !== undefined)).toEqual([1, 3, 4]);
  });

  it('never holds more than its capacity', () => {
    const steps = fc.array(fc.tuple(fc.nat(9), fc.nat(60)));
    fc.assert(
      fc.property(steps, (sets) => {
        const cache = new PreparedCache(100);
        for (const [index, bytes] of sets) {
          cache.set(index, entry(bytes));
          let held = 0;
          for (let i = 0; i < 10; i++) held += cache.get(i)?.bytes ?? 0;
          expect(cache.bytes).toBe(held);
          expect(held).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
