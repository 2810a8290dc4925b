import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeThumbnail } from '../../../main/ingest/thumbnail.ts';
import { deepImage, greyPng } from '../api/small-images.ts';

async function look(webp: Uint8Array) {
  const { data, info } = await sharp(webp).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, grey: [...data] };
}

describe('a thumbnail', () => {
  it('is a WebP picture that fits, keeps its proportions and is never enlarged', async () => {
    const large = await makeThumbnail(await greyPng(1, { width: 300, height: 100 }), 'png', 'x', 64);
    expect(Buffer.from(large.subarray(8, 12)).toString()).toBe('WEBP');
    expect(await look(large)).toMatchObject({ width: 64, height: 21 });
    const small = await makeThumbnail(await greyPng(1, { width: 10, height: 8 }), 'png', 'x', 64);
    expect(await look(small)).toMatchObject({ width: 10, height: 8 });
  });

  it('of 16 bits spans the greys, though its values span a hundredth of the range and one is an outlier', async () => {
    const side = 100;
    const values = Uint16Array.from({ length: side * side }, (_, at) => 1000 + 6 * (at % side));
    values[0] = 65535;
    const { grey } = await look(
      await makeThumbnail(await deepImage(values, { width: side, height: side }, 'png'), 'png', 'x', 128),
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
      await makeThumbnail(await deepImage(values, { width: 20, height: 20 }, 'tiff'), 'tiff', 'x', 64),
    );
    expect(new Set(grey).size).toBe(1);
  });
});
