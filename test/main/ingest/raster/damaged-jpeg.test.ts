import { beforeAll, describe, expect, it } from 'vitest';
import { openRaster } from '../../../../main/ingest/raster/open-raster.ts';
import { sharp } from '../../../../main/ingest/sharp.ts';
import type { StoredImage } from '../../../../main/ingest/stored-image.ts';
import { errorKindOf } from '../fixtures.ts';

/** The decoder fills what is missing with grey and says so in a warning alone. */
describe('a JPEG', () => {
  const side = 256;
  let whole: Buffer = Buffer.alloc(0);

  beforeAll(async () => {
    const pixels = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * i * 7 + i) % 251));
    whole = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .jpeg()
      .toBuffer();
  });

  async function read(bytes: Uint8Array): Promise<StoredImage> {
    const file = await openRaster('a.jpg', 'jpeg', { bytes });
    return file.read({ frame: 0, plane: null });
  }

  it('whose data end in the middle, properly closed, is refused', async () => {
    const half = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.from('ffd9', 'hex')]);
    expect(await errorKindOf(read(half))).toBe('truncated');
  });

  it('with stray bytes between its segments is read as without them', async () => {
    const tables = whole.indexOf(Buffer.from('ffc4', 'hex'));
    const stray = Buffer.concat([whole.subarray(0, tables), Buffer.from([1, 2, 3]), whole.subarray(tables)]);
    expect((await read(stray)).values).toEqual((await read(whole)).values);
  });

  it('with bytes behind its end is read', async () => {
    expect((await read(Buffer.concat([whole, Buffer.alloc(100, 7)]))).width).toBe(side);
  });
});
