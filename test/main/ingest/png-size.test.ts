import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pngBits } from '../../../main/ingest/png-size.ts';
import { chance } from '../../models/samples.ts';

const area = 32 * 32;
const image = (channels: 1 | 3, value: (at: number) => number) =>
  Uint8Array.from({ length: channels * area }, (_, at) => value(at));

describe('the size of an image as a PNG file', () => {
  const draw = chance(3);
  const noise = () => Math.floor(256 * draw());

  it.each([1, 3] as const)(
    'is small for one grey, and about 8 bits a value for noise (%d channels)',
    async (channels) => {
      const shape = { channels, height: 32, width: 32 };
      const flat = await pngBits(
        image(channels, () => 77),
        shape,
      );
      const smooth = await pngBits(
        image(channels, (at) => (at % 32) * 4),
        shape,
      );
      const noisy = await pngBits(image(channels, noise), shape);
      expect(flat).toBeLessThan(8 * 200);
      expect(smooth).toBeLessThan(8 * 300);
      expect(noisy).toBeGreaterThan(8 * channels * area);
      expect(noisy).toBeLessThan(8 * (channels * area + 250));
    },
  );

  it('is that of the channels beside one another, as a file has them', async () => {
    // Planes of one value each: constant pixels, though no constant bytes.
    const planes = image(3, (at) => [10, 200, 90][Math.floor(at / area)] ?? 0);
    expect(await pngBits(planes, { channels: 3, height: 32, width: 32 })).toBeLessThan(8 * 200);
  });

  it('counts whole bytes of a file that keeps every pixel', async () => {
    const pixels = image(1, noise);
    const bits = await pngBits(pixels, { channels: 1, height: 32, width: 32 });
    const file = await sharp(pixels, { raw: { width: 32, height: 32, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 9, adaptiveFiltering: true })
      .toBuffer();
    expect(bits).toBe(8 * file.length);
    const at = file.indexOf('IDAT');
    const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
    // One grey byte a pixel, and a filter's number a row.
    expect(rows).toHaveLength(area + 32);
  });

  it('refuses what is no image of the shape', async () => {
    await expect(pngBits(new Uint8Array(5), { channels: 1, height: 2, width: 2 })).rejects.toThrow(
      '5 pixels are no image of 2×2×1',
    );
  });
});
