import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dicomFile, greyImage, text } from '../dicom/build-dicom.ts';
import { WRITTEN, nifti1, nifti2 } from '../volume/write-volume.ts';
import { META_BYTES, chunk, grey, png, tiff, zeros } from './bomb-files.ts';
import { outcomeOfBytes } from './outcome.ts';

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
