import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../main/ingest/decode.ts';
import { FIXTURES, ingestErrorOf, readTruth, withFolder } from './fixtures.ts';

const truth = await readTruth();

describe('decodeImage gives the pixels that were written', () => {
  it.each(Object.entries(truth))('%s', async (name, expected) => {
    const image = await decodeImage(join(FIXTURES, name));
    expect(image).toMatchObject(expected.shape);
    expect(image.pixels).toBeInstanceOf(expected.shape.bitDepth === 8 ? Uint8Array : Uint16Array);
    expect(Array.from(image.pixels)).toEqual(expected.pixels);
  });

  it('goes by the content, not by the name', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'photo.jpg');
      await copyFile(join(FIXTURES, 'grey8.png'), path);
      expect((await decodeImage(path)).format).toBe('png');
    });
  });

  it('takes a JPEG with bytes after its end', async () => {
    await withFolder(async (folder) => {
      const bytes = await readFile(join(FIXTURES, 'grey.jpg'));
      const path = await written(folder, Buffer.concat([bytes, Buffer.alloc(100)]));
      expect(Array.from((await decodeImage(path)).pixels)).toEqual(truth['grey.jpg']?.pixels);
    });
  });

  it('turns CMYK without ink into white, and magenta with yellow into red', async () => {
    const { channels, pixels } = await decodeImage(join(FIXTURES, 'cmyk.jpg'));
    expect(channels).toBe(3);
    expect(Array.from(pixels.subarray(0, 3))).toEqual([255, 255, 255]);
    const [red = 0, green = 255, blue = 255] = pixels.subarray(24, 27);
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green, blue)).toBeLessThan(60);
  });
});

describe('decodeImage refuses what it cannot read, and says what that is', () => {
  it.each([
    ['float.tif', 'samples of type float'],
    ['two-pages.tif', '2 pages'],
    ['refused-two-frames.dcm', '2 frames'],
    ['refused-palette.dcm', 'PALETTE COLOR'],
    ['refused-ybr.dcm', 'YBR_FULL'],
    ['refused-bits32.dcm', '32 bits per sample'],
    ['refused-jpeg.dcm', 'JPEG Baseline (1.2.840.10008.1.2.4.50)'],
  ])('%s', async (name, what) => {
    const path = join(FIXTURES, name);
    const error = await ingestErrorOf(decodeImage(path));
    expect(error).toMatchObject({ kind: 'unsupported-format', path });
    expect(error.message).toContain(what);
    expect(error.message).toContain(path);
  });

  it('a TIFF of more channels than its colours', async () => {
    await withFolder(async (folder) => {
      const bytes = await readFile(join(FIXTURES, 'rgb8.tif'));
      // Photometric interpretation (tag 262): black is zero, where it was RGB.
      bytes.writeUInt16LE(1, bytes.indexOf(Buffer.from([6, 1, 3, 0, 1, 0, 0, 0])) + 8);
      const error = await ingestErrorOf(decodeImage(await written(folder, bytes)));
      expect(error.kind).toBe('unsupported-format');
      expect(error.message).toContain('3 channels');
    });
  });

  it('an RLE-compressed BMP', async () => {
    await withFolder(async (folder) => {
      const bytes = await readFile(join(FIXTURES, 'grey8.bmp'));
      bytes.writeUInt32LE(1, 30);
      const path = await written(folder, bytes);
      const error = await ingestErrorOf(decodeImage(path));
      expect(error.kind).toBe('unsupported-format');
      expect(error.message).toContain('RLE8');
    });
  });

  it('a GIF', async () => {
    await withFolder(async (folder) => {
      const path = await written(folder, Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'));
      const error = await ingestErrorOf(decodeImage(path));
      expect(error.kind).toBe('unsupported-format');
      expect(error.message).toContain('GIF');
    });
  });
});

async function written(folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  return path;
}
