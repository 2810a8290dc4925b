import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Attribute,
  dicomFile,
  encapsulated,
  greyImage,
  raw,
  text,
  words,
} from '../dicom/build-dicom.ts';
import { WRITTEN, metaHeader, nifti1, sampleBytes } from '../volume/write-volume.ts';
import { RLE, grey, png, rleHeader, tiff, zeros } from './bomb-files.ts';
import { folder, outcomeOf, outcomeOfBytes } from './outcome.ts';

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
