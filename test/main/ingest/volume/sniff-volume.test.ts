import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { sniffVolume } from '../../../../main/ingest/volume/sniff-volume.ts';
import { WRITTEN, metaHeader, nifti1, nifti2 } from './write-volume.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/volumes/', import.meta.url));
const analyze = nifti1(WRITTEN, (view) => {
  view.setUint32(344, 0);
  view.setUint8(38, 'r'.charCodeAt(0));
});

it.each([
  ['NIfTI-1', nifti1(WRITTEN), 'nifti'],
  ['big-endian NIfTI-1', nifti1({ ...WRITTEN, little: false }), 'nifti'],
  ['NIfTI-2', nifti2(WRITTEN), 'nifti'],
  ['packed NIfTI', gzipSync(nifti1(WRITTEN)), 'nifti'],
  ['packed NIfTI with incompressible voxels', gzipSync(nifti1(WRITTEN), { level: 0 }), 'nifti'],
  ['Analyze 7.5', analyze, 'nifti'],
  ['MetaImage', metaHeader(WRITTEN, []), 'metaimage'],
  [
    'MetaImage with a comment',
    Buffer.concat([Buffer.from('Comment = a scan\n'), metaHeader(WRITTEN, [])]),
    'metaimage',
  ],
  ['MetaImage without spaces', Buffer.from('NDims=3\r\nDimSize=1 2 3\r\n'), 'metaimage'],
  ['another gzip file', gzipSync('a letter'), 'gzip'],
  ['the first bytes of gzip alone', Buffer.from([0x1f, 0x8b, 8]), 'gzip'],
  ['a zlib stream', deflateSync('a letter'), null],
  ['MetaImage of another kind', Buffer.from('ObjectType = Tube\nNDims = 3\n'), null],
  ['text', Buffer.from('ObjectType = Imagery is our business'), null],
  ['nothing', Buffer.from([]), null],
])('%s', (_, bytes, expected) => {
  expect(sniffVolume(bytes.subarray(0, 4096))).toBe(expected);
});

it.each([
  ['pair.hdr', 'nifti'],
  ['qform-big-endian-float64.nii.gz', 'nifti'],
  ['nifti2-uint16.nii', 'nifti'],
  ['oblique.mhd', 'metaimage'],
  ['oblique.raw', null],
])('%s by its content', async (name, expected) => {
  expect(sniffVolume((await readFile(join(FIXTURES, name))).subarray(0, 4096))).toBe(expected);
});

it('unpacks only the beginning of a file that would unpack to gigabytes', () => {
  const zeros = gzipSync(new Uint8Array(2 ** 26));
  expect(sniffVolume(zeros)).toBe('gzip');
});
