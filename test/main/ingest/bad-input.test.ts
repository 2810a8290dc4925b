import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../main/ingest/errors.ts';
import { openFile } from '../../../main/ingest/open-file.ts';
import { FIXTURES, errorKindOf, ingestErrorOf, readFirst, readTruth, withFolder } from './fixtures.ts';

const truth = await readTruth();

async function decodeWritten(bytes: Uint8Array): Promise<unknown> {
  let result: unknown;
  await withFolder(async (folder) => {
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    result = await readFirst(path);
  });
  return result;
}

/** A PNG whose header says the given size, with a right checksum. */
async function pngOfSize(width: number, height: number): Promise<Uint8Array> {
  const bytes = await readFile(join(FIXTURES, 'grey8.png'));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

describe('reading gives one sentence for', () => {
  it('a file without bytes', async () => {
    expect(await errorKindOf(decodeWritten(new Uint8Array()))).toBe('empty-file');
  });

  it('a text', async () => {
    expect(await errorKindOf(decodeWritten(Buffer.from('BMW and other notes\n')))).toBe('not-an-image');
  });

  it('a file that does not exist', async () => {
    const error = await ingestErrorOf(openFile('/no/such/image.png'));
    expect(error.kind).toBe('not-found');
    expect(error.message).toBe(
      '"/no/such/image.png" does not exist; check the path, or reconnect the drive that holds it.',
    );
  });

  it('a folder', async () => {
    await withFolder(async (folder) => {
      expect(await errorKindOf(openFile(folder))).toBe('not-an-image');
    });
  });

  it.each([
    [60_000, 60_000],
    [2_000_000_000, 1],
    [40_001, 40_000],
  ])('a PNG that says it has %i x %i pixels', async (width, height) => {
    expect(await errorKindOf(decodeWritten(await pngOfSize(width, height)))).toBe('too-large');
  });

  it('a PNG of no pixels', async () => {
    expect(await errorKindOf(decodeWritten(await pngOfSize(0, 3)))).toBe('corrupt');
  });

  it('a BMP and a DICOM that say they have absurdly many pixels', async () => {
    const bmp = await readFile(join(FIXTURES, 'rgb24.bmp'));
    bmp.writeInt32LE(2 ** 30, 18);
    expect(await errorKindOf(decodeWritten(bmp))).toBe('too-large');
    const dicom = await readFile(join(FIXTURES, 'u12-implicit.dcm'));
    const rows = Buffer.from([0x28, 0, 0x10, 0, 2, 0, 0, 0]);
    dicom.writeUInt16LE(65535, dicom.indexOf(rows) + 8);
    rows[2] = 0x11;
    dicom.writeUInt16LE(65535, dicom.indexOf(rows) + 8);
    expect(await errorKindOf(decodeWritten(dicom))).toBe('too-large');
  });

  it('a PNG with a wrong byte in its pixels', async () => {
    const bytes = await readFile(join(FIXTURES, 'rgb16.png'));
    const at = bytes.indexOf('IDAT') + 20;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    expect(await errorKindOf(decodeWritten(bytes))).toBe('corrupt');
  });
});

describe('a file that is cut off', () => {
  const names = Object.keys(truth);

  it.each(names)('%s is refused wherever it ends', async (name) => {
    const bytes = await readFile(join(FIXTURES, name));
    const kinds = new Set<string>();
    // Not the very end: the last bytes may be padding.
    const ends = [0.3, 0.5, 0.7, 0.9].map((part) => Math.floor(bytes.length * part));
    for (const end of ends) {
      kinds.add(await errorKindOf(decodeWritten(bytes.subarray(0, end))));
    }
    for (const kind of kinds) expect(['truncated', 'corrupt', 'not-an-image']).toContain(kind);
  });

  it('is called truncated for a PNG at any byte behind its header', async () => {
    const bytes = await readFile(join(FIXTURES, 'constant.png'));
    for (let end = 8; end < bytes.length; end++) {
      expect(await errorKindOf(decodeWritten(bytes.subarray(0, end)))).toBe('truncated');
    }
  });

  it.each(['grey.jpg', 'lossless.webp', 'grey16-big-endian.tif', 'rgb24.bmp', 'u12-big.dcm'])(
    'is called truncated for %s without its last pixels',
    async (name) => {
      const bytes = await readFile(join(FIXTURES, name));
      const cut = bytes.subarray(0, bytes.length - 9);
      expect(await errorKindOf(decodeWritten(cut))).toBe('truncated');
    },
  );
});

describe('whatever the bytes, decoding gives an image or an IngestError', () => {
  const decodes = async (path: string, bytes: Uint8Array): Promise<void> => {
    await writeFile(path, bytes);
    try {
      const file = await openFile(path);
      for (const { part, width, height, channels } of file.images) {
        const image = await file.read(part);
        expect(image).toMatchObject({ width, height, channels });
        expect(image.values.length).toBe(width * height * channels);
      }
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(IngestError);
    }
  };

  it('random bytes in a file are always an IngestError', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'random');
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
          await writeFile(path, bytes);
          expect(await ingestErrorOf(openFile(path))).toBeInstanceOf(IngestError);
        }),
        { numRuns: 100 },
      );
    });
  });

  it('random bytes behind the first bytes of each format', async () => {
    const starts = await Promise.all(
      ['grey8.png', 'grey.jpg', 'grey8.tif', 'grey8.bmp', 'lossless.webp', 'u8.dcm'].map((name) =>
        readFile(join(FIXTURES, name)),
      ),
    );
    await withFolder((folder) =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...starts),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.uint8Array({ maxLength: 400 }),
          async (start, part, rest) => {
            const kept = start.subarray(0, Math.floor(part * start.length));
            await decodes(join(folder, 'file'), Buffer.concat([kept, rest]));
          },
        ),
        { numRuns: 300 },
      ),
    );
  });

  it('files with some bytes changed', async () => {
    const names = (await readdir(FIXTURES)).filter((name) => !/\.(json|py)$/.test(name));
    const files = await Promise.all(names.map((name) => readFile(join(FIXTURES, name))));
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    await withFolder((folder) =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...files),
          fc.array(change, { minLength: 1, maxLength: 4 }),
          async (original, changes) => {
            const bytes = Uint8Array.from(original);
            for (const [at, value] of changes) bytes[at % bytes.length] = value;
            await decodes(join(folder, 'file'), bytes);
          },
        ),
        { numRuns: 1000 },
      ),
    );
  });
});
