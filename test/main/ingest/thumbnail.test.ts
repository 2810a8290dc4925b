import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openFile } from '../../../main/ingest/open-file.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import { makeThumbnail } from '../../../main/ingest/thumbnail.ts';
import { deepImage, greyPng } from '../api/small-images.ts';
import { FIXTURES, withFolder } from './fixtures.ts';

async function thumbnailOf(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  let made = new Uint8Array();
  await withFolder(async (folder) => {
    const path = join(folder, 'image');
    await writeFile(path, bytes);
    made = await makeThumbnail(await openFile(path), ONLY_PART, size);
  });
  return made;
}

async function look(webp: Uint8Array) {
  const { data, info } = await sharp(webp).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, grey: [...data] };
}

describe('a thumbnail', () => {
  it('is a WebP picture that fits, keeps its proportions and is never enlarged', async () => {
    const large = await thumbnailOf(await greyPng(1, { width: 300, height: 100 }), 64);
    expect(Buffer.from(large.subarray(8, 12)).toString()).toBe('WEBP');
    expect(await look(large)).toMatchObject({ width: 64, height: 21 });
    const small = await thumbnailOf(await greyPng(1, { width: 10, height: 8 }), 64);
    expect(await look(small)).toMatchObject({ width: 10, height: 8 });
  });

  it('of 16 bits spans the greys, though its values span a hundredth of the range and one is an outlier', async () => {
    const side = 100;
    const values = Uint16Array.from({ length: side * side }, (_, at) => 1000 + 6 * (at % side));
    values[0] = 65535;
    const { grey } = await look(
      await thumbnailOf(await deepImage(values, { width: side, height: side }, 'png'), 128),
    );
    // The middle row, from the left to the right edge.
    const row = grey.slice(50 * side, 51 * side);
    expect(row.at(0)).toBeLessThan(12);
    expect(row.at(-1)).toBeGreaterThan(243);
    expect(Math.abs((row[50] ?? 0) - 128)).toBeLessThan(12);
  });

  it('of a constant image is of one grey', async () => {
    const values = new Uint16Array(400).fill(777);
    const { grey } = await look(
      await thumbnailOf(await deepImage(values, { width: 20, height: 20 }, 'tiff'), 64),
    );
    expect(new Set(grey).size).toBe(1);
  });

  it('of a frame shows that frame, the small values of another one as white', async () => {
    const file = await openFile(join(FIXTURES, 'two-frames.dcm'));
    const [first, second] = await Promise.all(
      [0, 1].map(async (frame) => (await look(await makeThumbnail(file, { frame, plane: null }, 64))).grey),
    );
    expect(first?.length).toBe(15);
    // The second frame is the first one backwards; WebP keeps greys nearly.
    second?.reverse().forEach((grey, at) => expect(Math.abs(grey - (first?.[at] ?? NaN))).toBeLessThan(40));
    expect(second).not.toEqual(second?.toReversed());
  });
});
