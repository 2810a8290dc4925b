import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { IngestError } from '../../../../main/ingest/errors.ts';
import { openRaster } from '../../../../main/ingest/raster/open-raster.ts';
import { FIXTURES, errorKindOf, withFolder } from '../fixtures.ts';
import { RASTERS, formatOf, truth } from './truth.ts';

/** Opens and decodes all of a file that is in memory. */
async function decodes(bytes: Uint8Array, name: string): Promise<void> {
  const file = await openRaster(name, formatOf(name), { bytes });
  await file.checkDecodes();
}

async function changed(name: string, change: (bytes: Buffer) => void): Promise<Uint8Array> {
  const bytes = await readFile(join(RASTERS, name));
  change(bytes);
  return bytes;
}

/** Where the value of a tag lies in a little-endian TIFF of one directory, its fields not sorted out. */
function valueOf(bytes: Buffer, tag: number): number {
  const directory = bytes.readUInt32LE(4);
  for (let i = 0; i < bytes.readUInt16LE(directory); i++) {
    const entry = directory + 2 + i * 12;
    if (bytes.readUInt16LE(entry) === tag) return entry + 8;
  }
  throw new Error(`no tag ${String(tag)}`);
}

describe('a file that is cut off', () => {
  // The end of the pyramid is a smaller copy that nobody reads; what is missing of it leaves the image whole.
  const names = Object.keys(truth).filter((name) => name !== 'pyramid.tif' && !name.startsWith('rle'));

  it.each(names)('%s is refused wherever it ends', async (name) => {
    const bytes = await readFile(join(RASTERS, name));
    for (const part of [0.2, 0.5, 0.8]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * part));
      expect(['truncated', 'corrupt']).toContain(await errorKindOf(decodes(cut, name)));
    }
  });

  it.each(['uint8.tif', 'float32-tiles.tif', 'tiff_lzw.tif', 'orientation3.png', 'rle8.bmp'])(
    'is called truncated: %s',
    async (name) => {
      const bytes = await readFile(join(RASTERS, name));
      expect(await errorKindOf(decodes(bytes.subarray(0, bytes.length - 7), name))).toBe('truncated');
    },
  );

  it('is refused on disk as in memory', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'file.tif');
      const bytes = await readFile(join(RASTERS, 'rgb16-planes.tif'));
      await writeFile(path, bytes.subarray(0, bytes.length - 900));
      const file = await openRaster(path, 'tiff');
      expect(await errorKindOf(file.checkDecodes())).toBe('truncated');
    });
  });
});

describe('a TIFF whose directory lies', () => {
  it('of a next page that is a former one', async () => {
    const bytes = await changed('uint8.tif', (tiff) => {
      const directory = tiff.readUInt32LE(4);
      tiff.writeUInt32LE(directory, directory + 2 + tiff.readUInt16LE(directory) * 12);
    });
    expect(await errorKindOf(decodes(bytes, 'x.tif'))).toBe('corrupt');
  });

  it.each([
    ['width', 256, 'too-large'],
    ['height', 257, 'too-large'],
    ['rows of a strip', 278, 'ok'],
    ['number of channels', 277, 'unsupported-format'],
    ['place of the pixels', 273, 'truncated'],
    ['bits', 258, 'unsupported-format'],
  ])('of its %s', async (_, tag, kind) => {
    const bytes = await changed('uint8.tif', (tiff) => {
      const at = valueOf(tiff, tag);
      if (tag === 258 || tag === 277) tiff.writeUInt16LE(65_535, at);
      else tiff.writeUInt32LE(2 ** 32 - 1, at);
    });
    // More rows in a strip than the image has is how some writers say "one strip".
    if (kind === 'ok') await decodes(bytes, 'x.tif');
    else expect(await errorKindOf(decodes(bytes, 'x.tif'))).toBe(kind);
  });

  it('of tiles larger than any image', async () => {
    const bytes = await changed('uint16-predicted-le.tif', (tiff) => {
      // Its description of the predictor becomes a tile width.
      const at = valueOf(tiff, 317);
      tiff.writeUInt16LE(322, at - 8);
      tiff.writeUInt32LE(2 ** 31, at);
    });
    expect(await errorKindOf(decodes(bytes, 'x.tif'))).toBe('corrupt');
  });

  it('of a strip that unpacks to more than its rows', async () => {
    // The size says 21 rows of 37 pixels; 64 MiB of zeros come.
    const bomb = deflateSync(Buffer.alloc(2 ** 26));
    const original = await readFile(join(RASTERS, 'uint8-predicted-le.tif'));
    const bytes = Buffer.concat([original, bomb]);
    bytes.writeUInt32LE(original.length, valueOf(bytes, 273));
    bytes.writeUInt32LE(bomb.length, valueOf(bytes, 279));
    expect(await errorKindOf(decodes(bytes, 'x.tif'))).toBe('corrupt');
  });
});

it('a BMP whose run lengths leave the image is damaged', async () => {
  const bytes = await changed('rle8.bmp', (bmp) => {
    bmp[bmp.readUInt32LE(10)] = 9;
  });
  expect(await errorKindOf(decodes(bytes, 'x.bmp'))).toBe('corrupt');
});

it('a BMP of few run lengths that says it is huge is refused', async () => {
  const huge = (side: number) =>
    changed('rle8.bmp', (bmp) => {
      bmp.writeInt32LE(side, 18);
      bmp.writeInt32LE(side, 22);
    });
  expect(await errorKindOf(decodes(await huge(16_384), 'x.bmp'))).toBe('too-large');
  expect(await errorKindOf(decodes(await huge(8_000), 'x.bmp'))).toBe('truncated');
});

it('a BMP whose pixels begin inside its header is damaged', async () => {
  const bytes = await changed('rle8.bmp', (bmp) => bmp.writeUInt32LE(20, 10));
  expect(await errorKindOf(decodes(bytes, 'x.bmp'))).toBe('corrupt');
});

describe('whatever the bytes, an image comes out or an IngestError', () => {
  const files: { name: string; bytes: Buffer }[] = [];

  beforeAll(async () => {
    for (const folder of [RASTERS, FIXTURES]) {
      for (const name of await readdir(folder)) {
        if (/\.(tif|bmp|png|jpg|webp)$/.test(name)) {
          files.push({ name, bytes: await readFile(join(folder, name)) });
        }
      }
    }
  });

  it('with some bytes changed, mostly those of the headers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 2 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (which, changes) => {
          const file = files[which % files.length];
          if (!file) throw new Error('no fixtures');
          const bytes = Uint8Array.from(file.bytes);
          for (const [at, value, where] of changes) {
            // A TIFF's directory is at its end, everybody else's header at the start.
            const span = where === 0 ? bytes.length : Math.min(200, bytes.length);
            bytes[where === 2 ? bytes.length - 1 - (at % span) : at % span] = value;
          }
          try {
            await decodes(bytes, file.name);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(IngestError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
