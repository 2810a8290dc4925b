import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { leastShrink } from '../../../../main/ingest/preparation.ts';
import { sharp } from '../../../../main/ingest/sharp.ts';
import { encapsulated, numbers, raw, text } from '../dicom/build-dicom.ts';
import { WRITTEN, metaHeader, nifti2 } from '../volume/write-volume.ts';
import { RLE, dicom, grey, png, rleHeader, tiff, zeros } from './bomb-files.ts';
import { outcomeOfBytes } from './outcome.ts';

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
