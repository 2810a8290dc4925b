/** Files made by hand to do harm. Each is read or refused within seconds of processor time and within memory. */
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leastShrink } from '../../../main/ingest/preparation.ts';
import { sharp } from '../../../main/ingest/sharp.ts';
import { forgetPeak, peakMemory } from '../../fuzz/peak-memory.ts';
import { readAll } from '../../fuzz/read-all.ts';
import { MOST_CPU_MS, MOST_MEMORY_MB } from '../../fuzz/run-batch.ts';
import { dicomFile, encapsulated, greyImage, numbers, raw, text, words } from './dicom/build-dicom.ts';
import type { Attribute } from './dicom/build-dicom.ts';
import { WRITTEN, metaHeader, nifti1, nifti2, sampleBytes } from './volume/write-volume.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowscreen-bombs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What became of a file: "read", or the kind of its error. */
async function outcomeOf(path: string): Promise<string> {
  forgetPeak();
  const before = process.cpuUsage();
  const outcome = await readAll(path, 'axial');
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(MOST_CPU_MS);
  expect(peakMemory()).toBeLessThan(MOST_MEMORY_MB);
  return outcome.kind === 'read' ? 'read' : outcome.error;
}

async function outcomeOfBytes(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  try {
    return await outcomeOf(path);
  } finally {
    await rm(path);
  }
}

/** Preamble, magic word, and the transfer syntax of 20 bytes. */
const META_BYTES = 132 + 8 + 20;

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.byteLength, 0);
  ends.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}

/** 8-bit grey. */
function png(width: number, height: number, pixels: Uint8Array, ...before: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...before,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', zeros(0)),
  ]);
}

type Entry = readonly [tag: number, type: 3 | 4, value: number];

/** Pages of one strip each, which is the same for all. */
function tiff(strip: Uint8Array, pages: number, entries: readonly Entry[]): Buffer {
  const directory = (next: number): Buffer => {
    const bytes = Buffer.alloc(2 + (entries.length + 2) * 12 + 4);
    bytes.writeUInt16LE(entries.length + 2);
    const all: readonly Entry[] = [...entries, [273, 4, 8], [279, 4, strip.byteLength]];
    [...all]
      .sort(([a], [b]) => a - b)
      .forEach(([tag, type, value], i) => {
        bytes.writeUInt16LE(tag, 2 + i * 12);
        bytes.writeUInt16LE(type, 4 + i * 12);
        bytes.writeUInt32LE(1, 6 + i * 12);
        bytes.writeUInt32LE(value, 10 + i * 12);
      });
    bytes.writeUInt32LE(next, bytes.length - 4);
    return bytes;
  };
  const first = 8 + strip.byteLength;
  const size = directory(0).length;
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(first, 4);
  const directories = Array.from({ length: pages }, (_, i) =>
    directory(i === pages - 1 ? 0 : first + (i + 1) * size),
  );
  return Buffer.concat([head, strip, ...directories]);
}

const grey = (width: number, height: number, compression: number): readonly Entry[] => [
  [256, 4, width],
  [257, 4, height],
  [258, 3, 8],
  [259, 3, compression],
  [262, 3, 1],
  [277, 3, 1],
  [278, 4, height],
];

const SIDE = 65_535;

/** Of these sides, and with hardly a pixel. */
function dicom(pixels: Uint8Array, syntax: string, ...others: Attribute[]): Buffer {
  const shape = [numbers(0x00280010, 'US', SIDE), numbers(0x00280011, 'US', SIDE)];
  return dicomFile(greyImage(1, 1, { allocated: 8 }, pixels, ...shape, ...others), 'explicit', syntax);
}

const RLE = '1.2.840.10008.1.2.5';
const JPEG = '1.2.840.10008.1.2.4.50';
const rleHeader = (segments: number): Buffer => {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments, 0);
  for (let i = 0; i < segments; i++) header.writeUInt32LE(64 + i * 2, 4 + i * 4);
  return header;
};

describe('what unpacks to far more than it is', () => {
  it('pixels of a PNG', async () => {
    expect(await outcomeOfBytes('a.png', png(10, 10, zeros(2 ** 28)))).toBe('read');
  });

  it.each(['iCCP', 'zTXt'])('a chunk %s of a PNG', async (type) => {
    const packed = Buffer.concat([Buffer.from('name\0\0'), deflateSync(zeros(2 ** 28))]);
    expect(await outcomeOfBytes('a.png', png(10, 10, zeros(110), chunk(type, packed)))).toBe('read');
  });

  it('a strip of a TIFF', async () => {
    const strip = deflateSync(zeros(2 ** 28));
    expect(await outcomeOfBytes('a.tif', tiff(strip, 1, grey(10, 10, 8)))).toBe('corrupt');
  });

  it('a NIfTI, more than any file may be', async () => {
    const header = nifti2({ ...WRITTEN, size: [2 ** 15, 2 ** 15, 2 ** 3], values: [] });
    const packed = gzipSync(Buffer.concat([header, zeros(2 ** 26)]));
    expect(await outcomeOfBytes('a.nii.gz', packed)).toBe('too-large');
  });

  it('a NIfTI, more than its header says', async () => {
    const packed = gzipSync(Buffer.concat([nifti1(WRITTEN), zeros(2 ** 28)]));
    expect(await outcomeOfBytes('a.nii.gz', packed)).toBe('corrupt');
  });

  it('a NIfTI packed again and again', async () => {
    let packed = gzipSync(zeros(2 ** 28));
    for (let i = 0; i < 5; i++) packed = gzipSync(packed);
    expect(await outcomeOfBytes('a.nii.gz', packed)).toBe('not-an-image');
  });

  it('a deflated DICOM data set', async () => {
    const bytes = dicomFile([text(0x00080060, 'CS', 'CT')], 'deflated');
    const meta = bytes.subarray(0, bytes.length - deflateRawSync(zeros(0)).length);
    const bomb = Buffer.concat([
      meta.subarray(0, 132 + 30),
      deflateRawSync(zeros(2 ** 30 - 1), { level: 1 }),
    ]);
    expect(await outcomeOfBytes('a.dcm', bomb)).toBe('corrupt');
  });
});

describe('numbers without end', () => {
  it.each([
    ['of slices', Buffer.from('54008000', 'hex'), 'US'],
    ['of doses', Buffer.from('04300c00', 'hex'), 'FD'],
  ])('%s, deflated', async (_, tag, vr) => {
    const image = greyImage(1, 1, { allocated: 8 }, zeros(2));
    const attributes = dicomFile(image.slice(0, -1)).subarray(META_BYTES);
    const size = 2 ** 27;
    // Unknown types have long lengths; without any the file falls back to implicit ones, which do too.
    const header = Buffer.concat([tag, zeros(4)]);
    header.writeUInt32LE(size, 4);
    const typed = vr === 'FD' ? header : Buffer.concat([tag, Buffer.from('UN\0\0'), header.subarray(4)]);
    const pixels = dicomFile(image.slice(-1)).subarray(META_BYTES);
    const body = deflateRawSync(Buffer.concat([attributes, typed, zeros(size), pixels]), { level: 1 });
    const head = dicomFile([], 'explicit', '1.2.840.10008.1.2.1.99');
    expect(await outcomeOfBytes('a.dcm', Buffer.concat([head, body]))).toBe('read');
  });
});

describe('absurd sizes', () => {
  it.each([
    ['a PNG', 'a.png', png(0x7fffffff, 0x7fffffff, zeros(100)), 'too-large'],
    ['a PNG of one long row', 'a.png', png(1_000_000, 1, zeros(100)), 'too-large'],
    ['a PNG of one long column', 'a.png', png(1, 1_000_000, zeros(100)), 'too-large'],
    ['a TIFF', 'a.tif', tiff(zeros(100), 1, grey(0xffffffff, 0xffffffff, 1)), 'too-large'],
    [
      'a TIFF, within the limit of pixels',
      'a.tif',
      tiff(zeros(100), 1, grey(40_000, 40_000, 1)),
      'truncated',
    ],
    [
      'a TIFF of one packed strip',
      'a.tif',
      tiff(deflateSync(zeros(100)), 1, grey(40_000, 40_000, 8)),
      'corrupt',
    ],
    ['a TIFF of one long row', 'a.tif', tiff(deflateSync(zeros(100)), 1, grey(1_000_000, 1, 8)), 'too-large'],
    ['DICOM', 'a.dcm', dicom(zeros(100), '1.2.840.10008.1.2.1'), 'too-large'],
    [
      'DICOM, within the limit of pixels',
      'a.dcm',
      dicom(
        zeros(100),
        '1.2.840.10008.1.2.1',
        numbers(0x00280010, 'US', 16_384),
        numbers(0x00280011, 'US', 16_384),
      ),
      'truncated',
    ],
    ['NIfTI', 'a.nii', nifti2({ ...WRITTEN, size: [2 ** 40, 2 ** 40, 2 ** 40], values: [] }), 'too-large'],
    ['MetaImage', 'a.mha', metaHeader({ ...WRITTEN, size: [1e9, 1e9, 1e9] }, []), 'too-large'],
  ])('%s', async (_, name, bytes, outcome) => {
    expect(await outcomeOfBytes(name, bytes)).toBe(outcome);
  });

  it('a slice of one long row is shrunk no further than to its height', () => {
    expect([leastShrink(2 ** 28, 1), leastShrink(3, 2 ** 27), leastShrink(2 ** 14, 2 ** 14)]).toEqual([
      1, 3, 2,
    ]);
  });

  it('a BMP', async () => {
    const bmp = Buffer.alloc(60);
    bmp.write('BM');
    bmp.writeUInt32LE(54, 10);
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(0x7fffffff, 18);
    bmp.writeInt32LE(-0x80000000, 22);
    bmp.writeUInt16LE(24, 28);
    expect(await outcomeOfBytes('a.bmp', bmp)).toBe('too-large');
  });

  it.each(['jpeg', 'webp'] as const)('a %s', async (format) => {
    const bytes = await sharp(zeros(64 * 64), { raw: { width: 64, height: 64, channels: 1 } })
      [format]()
      .toBuffer();
    if (format === 'jpeg') {
      const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'));
      bytes.writeUInt32BE(0xffffffff, frame + 5);
    } else {
      // VP8: 14 bits a side behind the start code.
      const start = bytes.indexOf(Buffer.from('9d012a', 'hex'));
      bytes.writeUInt32LE(0x3fff3fff, start + 3);
    }
    expect(['too-large', 'corrupt', 'truncated']).toContain(await outcomeOfBytes(`a.${format}`, bytes));
  });

  it('a JPEG of a billion pixels that are not there', async () => {
    const bytes = await sharp(zeros(64 * 64), { raw: { width: 64, height: 64, channels: 1 } })
      .jpeg()
      .toBuffer();
    bytes.writeUInt32BE(0x7530_7530, bytes.indexOf(Buffer.from('ffc0', 'hex')) + 5);
    expect(await outcomeOfBytes('a.jpg', bytes)).toBe('truncated');
  });

  it.each([
    ['grey', 1, 8, []],
    ['grey, four bytes a sample', 4, 32, []],
    ['RGB, four bytes a sample', 12, 32, [numbers(0x00280002, 'US', 3), text(0x00280004, 'CS', 'RGB')]],
  ])('run lengths of DICOM that are of no length, %s', async (_, segments, allocated, colours) => {
    const frame = Buffer.concat([rleHeader(segments), zeros(segments * 2)]);
    const sides = [numbers(0x00280010, 'US', 16_384), numbers(0x00280011, 'US', 16_384)];
    const bits = [numbers(0x00280100, 'US', allocated), numbers(0x00280101, 'US', allocated)];
    const bytes = dicom(
      zeros(0),
      RLE,
      ...sides,
      ...bits,
      ...colours,
      raw(0x7fe00010, 'OB', encapsulated([], [frame])),
    );
    expect(await outcomeOfBytes('a.dcm', bytes)).toBe('corrupt');
  });
});

describe('what leads on and on', () => {
  it('a TIFF whose pages run in a circle', async () => {
    const bytes = tiff(zeros(100), 3, grey(10, 10, 1));
    bytes.writeUInt32LE(bytes.readUInt32LE(4), bytes.length - 4);
    expect(await outcomeOfBytes('a.tif', bytes)).toBe('corrupt');
  });

  it('a TIFF of pages that overlap, with two hundred million fields', async () => {
    const [pages, fields] = [3000, 60_000];
    const bytes = Buffer.alloc(16 + 12 * pages + 12 * fields + 16);
    bytes.write('II*\0', 'latin1');
    bytes.writeUInt32LE(16, 4);
    for (let page = 0; page < pages; page++) {
      const at = 16 + 12 * page;
      bytes.writeUInt16LE(fields, at);
      bytes.writeUInt32LE(page === pages - 1 ? 0 : at + 12, at + 2 + 12 * fields);
    }
    expect(await outcomeOfBytes('a.tif', bytes)).toBe('corrupt');
  });

  it('a TIFF of thousands of pages that a decoder looks for from the first one on', async () => {
    const fax: readonly Entry[] = [
      [256, 4, 8],
      [257, 4, 1],
      [258, 3, 1],
      [259, 3, 4],
      [262, 3, 0],
      [277, 3, 1],
      [278, 4, 1],
    ];
    expect(await outcomeOfBytes('a.tif', tiff(Buffer.from('00100100', 'hex'), 5000, fax))).toBe('too-large');
  });

  it('an animation of a thousand frames', async () => {
    const [side, frames] = [32, 1000];
    const pixels = Buffer.from(Array.from({ length: side * side * frames }, (_, i) => (i * i) % 251));
    const bytes = await sharp(pixels, {
      raw: { width: side, height: side * frames, channels: 1, pageHeight: side },
    })
      .webp({ effort: 0 })
      .toBuffer();
    expect(await outcomeOfBytes('a.webp', bytes)).toBe('read');
  });

  it('a JPEG of thousands of scans', async () => {
    const side = 2048;
    const bytes = await sharp(zeros(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
      .jpeg({ progressive: true })
      .toBuffer();
    const scan = bytes.subarray(bytes.lastIndexOf(Buffer.from('ffda', 'hex')), -2);
    const scans = Array.from({ length: 5000 }, () => scan);
    const bomb = Buffer.concat([bytes.subarray(0, -2), ...scans, bytes.subarray(-2)]);
    expect(await outcomeOfBytes('a.jpg', bomb)).toBe('corrupt');
    const pixels = raw(0x7fe00010, 'OB', encapsulated([], [bomb]));
    const shape = [
      numbers(0x00280002, 'US', 3),
      text(0x00280004, 'CS', 'YBR_FULL_422'),
      numbers(0x00280010, 'US', side),
      numbers(0x00280011, 'US', side),
    ];
    expect(await outcomeOfBytes('a.dcm', dicom(zeros(0), JPEG, ...shape, pixels))).toBe('too-large');
  });

  const undefinedLength = Buffer.from('ffffffff', 'hex');
  const item = Buffer.concat([Buffer.from('feff00e0', 'hex'), undefinedLength]);
  const explicitSequence = Buffer.concat([
    Buffer.from('08004011', 'hex'),
    Buffer.from('SQ\0\0'),
    undefinedLength,
  ]);
  const implicitSequence = Buffer.concat([Buffer.from('08004011', 'hex'), undefinedLength]);
  const head = (syntax: 'explicit' | 'implicit') => dicomFile([text(0x00080008, 'CS', 'ORIGINAL')], syntax);

  it.each(['explicit', 'implicit'] as const)('sequences of DICOM, 10,000 deep, %s', async (syntax) => {
    const sequence = syntax === 'explicit' ? explicitSequence : implicitSequence;
    const deep = Array.from({ length: 10_000 }, () => Buffer.concat([sequence, item]));
    expect(await outcomeOfBytes('a.dcm', Buffer.concat([head(syntax), ...deep]))).toBe('corrupt');
  });

  it('sequences of DICOM with lengths, 10,000 deep', async () => {
    let inner = zeros(0);
    for (let depth = 0; depth < 10_000; depth++) {
      const header = Buffer.concat([explicitSequence, item]);
      header.writeUInt32LE(inner.length + 8, 8);
      header.writeUInt32LE(inner.length, 16);
      inner = Buffer.concat([header, inner]);
    }
    const bytes = Buffer.concat([head('explicit'), inner]);
    expect(['not-an-image', 'corrupt']).toContain(await outcomeOfBytes('a.dcm', bytes));
  });

  it('a sequence of DICOM with millions of empty items', async () => {
    const items = zeros(8 * 3_000_000);
    for (let at = 0; at < items.length; at += 8) items.writeUInt32LE(0xe000fffe, at);
    const bytes = Buffer.concat([head('explicit'), explicitSequence, items]);
    expect(await outcomeOfBytes('a.dcm', bytes)).toBe('corrupt');
  });

  it('attributes of DICOM that are read for each of 100,000 frames', async () => {
    const frames = 100_000;
    const bytes = dicomFile(
      greyImage(
        1,
        1,
        { allocated: 1 },
        zeros(frames / 8),
        text(0x00280008, 'IS', String(frames)),
        text(0x00200032, 'DS', '1\\'.repeat(2 ** 14)),
        text(0x00200037, 'DS', '1\\'.repeat(2 ** 14)),
        text(0x00281053, 'DS', '1\\'.repeat(2 ** 14)),
      ),
    );
    expect(await outcomeOfBytes('a.dcm', bytes)).toBe('read');
  });
});

it('a modality of a million letters is told in a few', async () => {
  const bytes = dicomFile([text(0x00080060, 'UT', `CT\u001b[31m${'x'.repeat(1_000_000)}`)]);
  expect(await outcomeOfBytes('a.dcm', bytes)).toBe('not-an-image');
});

describe('what lies about its pieces', () => {
  const frame = Buffer.concat([rleHeader(1), Buffer.from([0xff, 7])]);
  const image = (pixels: Uint8Array, ...others: Attribute[]) =>
    dicomFile(
      greyImage(2, 1, { allocated: 8 }, zeros(0), raw(0x7fe00010, 'OB', pixels), ...others),
      'explicit',
      RLE,
    );

  it('an offset table of a million entries', async () => {
    const table = Array.from({ length: 1_000_000 }, () => 0);
    expect(await outcomeOfBytes('a.dcm', image(encapsulated(table, [frame])))).toBe('read');
  });

  it('an offset table longer than the file', async () => {
    const pixels = encapsulated([0], [frame]);
    pixels.writeUInt32LE(0xfffffff0, 4);
    expect(await outcomeOfBytes('a.dcm', image(pixels))).toBe('truncated');
  });

  it.each([0xffffffff, 0x7fffffff, 0, 1])('a fragment of %i bytes', async (length) => {
    const pixels = encapsulated([], [frame]);
    pixels.writeUInt32LE(length, 12);
    expect(['truncated', 'corrupt']).toContain(await outcomeOfBytes('a.dcm', image(pixels)));
  });

  it('frames that are all the same piece', async () => {
    const many = [text(0x00280008, 'IS', '100000')];
    expect(await outcomeOfBytes('a.dcm', image(encapsulated([0, 0, 0], [frame]), ...many))).toBe('corrupt');
  });

  it.each([
    ['a PNG', 'a.png', png(10, 10, zeros(110)), 'read'],
    ['a TIFF', 'a.tif', tiff(zeros(100), 1, grey(10, 10, 1)), 'read'],
    ['DICOM', 'a.dcm', dicomFile(greyImage(2, 1, { allocated: 8 }, words(1))), 'read'],
    ['NIfTI', 'a.nii', nifti1(WRITTEN), 'corrupt'],
    ['MetaImage', 'a.mha', Buffer.concat([metaHeader(WRITTEN, []), sampleBytes(WRITTEN)]), 'corrupt'],
  ])('an archive behind %s', async (_, name, bytes, outcome) => {
    const archive = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      zeros(2 ** 20),
      Buffer.from('PK\x05\x06'),
      zeros(18),
    ]);
    expect(await outcomeOfBytes(name, Buffer.concat([bytes, archive]))).toBe(outcome);
  });
});

describe.skipIf(process.platform === 'win32')('links and what is no file', () => {
  it.each([
    ['a link to itself', 'self.png', 'self.png', 'unreadable'],
    ['a link to nothing', 'none.png', 'nowhere.png', 'not-found'],
    ['a link to a folder', 'folder.dcm', '.', 'not-an-image'],
    ['a link to what has no end', 'zero.dcm', '/dev/zero', 'not-an-image'],
  ])('%s', async (_, name, target, outcome) => {
    await symlink(target, join(folder, name));
    expect(await outcomeOf(join(folder, name))).toBe(outcome);
  });

  it('voxels that are a link to what has no end', async () => {
    const own = join(folder, 'volume');
    await mkdir(own);
    await writeFile(join(own, 'a.mhd'), metaHeader(WRITTEN, [], 'voxels.raw'));
    await symlink('/dev/zero', join(own, 'voxels.raw'));
    expect(await outcomeOf(join(own, 'a.mhd'))).toBe('not-an-image');
  });

  it('voxels in a file whose name has no end', async () => {
    const header = metaHeader(WRITTEN, [], 'x'.repeat(60_000));
    expect(await outcomeOfBytes('a.mhd', header)).toBe('not-found');
  });

  it.each(['../a.raw', '/etc/passwd', 'C:\\a.raw', '..', 'a\0.raw'])('voxels in %s', async (name) => {
    const header = metaHeader(WRITTEN, [], name);
    expect(await outcomeOfBytes('a.mhd', header)).toBe('corrupt');
  });
});
