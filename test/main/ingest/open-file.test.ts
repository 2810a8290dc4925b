import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFile } from '../../../main/ingest/open-file.ts';
import { FIXTURES, errorKindOf, ingestErrorOf, readFirst, readTruth, shown, withFolder } from './fixtures.ts';

const truth = await readTruth();
const U12 = truth['u12-explicit.dcm']?.pixels ?? [];
const GREY8 = truth['grey8.png']?.pixels ?? [];

describe('openFile gives the values that were written', () => {
  it.each(Object.entries(truth))('%s', async (name, expected) => {
    const file = await openFile(join(FIXTURES, name));
    expect(file.format).toBe(expected.format);
    expect(file.images).toMatchObject([{ part: { frame: 0, plane: null }, ...expected.shape }]);
    const image = await file.read({ frame: 0, plane: null });
    const { width, height, channels } = expected.shape;
    expect(image).toMatchObject({ width, height, channels });
    expect(image.values.constructor.name).toBe(expected.kind);
    const rounded = expected.kind === 'Float32Array' ? expected.pixels.map(Math.fround) : expected.pixels;
    expect(Array.from(image.values)).toEqual(rounded);
    expect(Array.from(await shown(image))).toEqual(expected.shown);
  });

  it('goes by the content, not by the name', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'photo.jpg');
      await copyFile(join(FIXTURES, 'grey8.png'), path);
      expect((await openFile(path)).format).toBe('png');
    });
  });

  it('takes a JPEG with bytes after its end', async () => {
    await withFolder(async (folder) => {
      const bytes = await readFile(join(FIXTURES, 'grey.jpg'));
      const path = await written(folder, Buffer.concat([bytes, Buffer.alloc(100)]));
      expect(Array.from((await readFirst(path)).values)).toEqual(truth['grey.jpg']?.pixels);
    });
  });

  it('turns CMYK without ink into white, and magenta with yellow into red', async () => {
    const { channels, values } = await readFirst(join(FIXTURES, 'cmyk.jpg'));
    expect(channels).toBe(3);
    expect(Array.from(values.subarray(0, 3))).toEqual([255, 255, 255]);
    const [red = 0, green = 255, blue = 255] = values.subarray(24, 27);
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green, blue)).toBeLessThan(60);
  });

  it('gives each page and each frame of a file that holds several', async () => {
    const pages = await openFile(join(FIXTURES, 'two-pages.tif'));
    expect(pages.images.map(({ part }) => part)).toEqual([
      { frame: 0, plane: null },
      { frame: 1, plane: null },
    ]);
    for (const { part } of pages.images) expect(Array.from((await pages.read(part)).values)).toEqual(GREY8);
    const frames = await openFile(join(FIXTURES, 'two-frames.dcm'));
    const values = [];
    for (const { part } of frames.images) values.push(Array.from((await frames.read(part)).values));
    expect(values).toEqual([U12, U12.toReversed()]);
  });
});

describe('openFile refuses what it cannot read, and says what that is', () => {
  it('a film in DICOM', async () => {
    const path = join(FIXTURES, 'refused-mpeg.dcm');
    const error = await ingestErrorOf(readFirst(path));
    expect(error).toMatchObject({ kind: 'unsupported-format', path });
    expect(error.message).toContain('MPEG-2 (1.2.840.10008.1.2.4.100)');
    expect(error.message).toContain(path);
  });

  it('a DICOM image in the colours of a palette that it does not have', async () => {
    const path = join(FIXTURES, 'damaged-palette.dcm');
    const error = await ingestErrorOf(readFirst(path));
    expect(error).toMatchObject({ kind: 'corrupt', path });
    expect(error.message).toContain('palette');
  });

  it('an image that a file does not hold', async () => {
    const file = await openFile(join(FIXTURES, 'two-frames.dcm'));
    await expect(file.read({ frame: 2, plane: null })).rejects.toBeInstanceOf(RangeError);
    await expect(file.read({ frame: 0, plane: 'axial' })).rejects.toBeInstanceOf(RangeError);
  });

  it('a GIF', async () => {
    await withFolder(async (folder) => {
      const path = await written(folder, Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'));
      const error = await ingestErrorOf(openFile(path));
      expect(error.kind).toBe('unsupported-format');
      expect(error.message).toContain('GIF');
    });
  });

  it('a missing file and a folder', async () => {
    expect(await errorKindOf(openFile(join(FIXTURES, 'missing.png')))).toBe('not-found');
    expect(await errorKindOf(openFile(FIXTURES))).toBe('not-an-image');
  });
});

async function written(folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  return path;
}
