import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFolder } from '../../../main/ingest/scan.ts';
import { collect, errorKindOf, readFirst, shown } from './fixtures.ts';

const data = process.env['FLOWSCREEN_DATA'];
const archive = join(data ?? '', 'dicom.tar.gz');
const present = data !== undefined && existsSync(archive);
const title = present
  ? 'real DICOM files'
  : 'real DICOM files (skipped: FLOWSCREEN_DATA names no folder with dicom.tar.gz)';

/** PS3.3 C.11.2.1.2 for white = 255. */
function linearWindow(x: number, centre: number, width: number): number {
  if (x <= centre - 0.5 - (width - 1) / 2) return 0;
  if (x > centre - 0.5 + (width - 1) / 2) return 255;
  return Math.round(((x - (centre - 0.5)) / (width - 1) + 0.5) * 255);
}

const SIDE = 64;
const SLICES = 35;
const PER_ROW = 6;

/** The int16 volume [z, y, x] of an uncompressed NIfTI file, laid out as the mosaic the scanner wrote. */
async function readAsMosaic(path: string): Promise<Int16Array> {
  const bytes = await readFile(path);
  expect([1, 2, 3].map((i) => bytes.readInt16LE(40 + i * 2))).toEqual([SIDE, SIDE, SLICES]);
  const start = bytes.readFloatLE(108);
  const mosaic = new Int16Array(PER_ROW * SIDE * PER_ROW * SIDE);
  for (let z = 0; z < SLICES; z++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        // NIfTI counts rows from the bottom.
        const row = Math.floor(z / PER_ROW) * SIDE + (SIDE - 1 - y);
        const column = (z % PER_ROW) * SIDE + x;
        const value = bytes.readInt16LE(start + ((z * SIDE + y) * SIDE + x) * 2);
        mosaic[row * PER_ROW * SIDE + column] = value;
      }
    }
  }
  return mosaic;
}

describe.skipIf(!present)(title, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowscreen-dicom-'));
    await promisify(execFile)('tar', ['xzf', archive, '-C', folder]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (...parts: string[]): string => join(folder, 'dicom', ...parts);

  it('one MR mosaic in three uncompressed syntaxes has the pixels of its NIfTI reference', async () => {
    const mosaic = await readAsMosaic(path('dcm_qa_ts', 'Ref', '1.nii'));
    const expected = Array.from(mosaic, (v) => linearWindow(v, 763, 1639));
    for (const name of ['1.dcm', '2.dcm', '3.dcm']) {
      const image = await readFirst(path('dcm_qa_ts', 'In', name));
      expect(image).toMatchObject({ width: 384, height: 384, channels: 1, slope: 1, intercept: 0 });
      expect(Array.from(image.values)).toEqual(Array.from(mosaic));
      expect(Array.from(await shown(image))).toEqual(expected);
    }
  });

  it.each([
    ['12bitUnsigned.dcm', '2.nii'],
    ['12bitUnsigned_0x0F0F.dcm', '3.nii'],
    ['12bitSigned_0x0F0F.dcm', '4.nii'],
  ])('12 bits with other bits above them, %s, have the pixels of %s', async (name, reference) => {
    const mosaic = await readAsMosaic(path('dcm_qa_12bit', 'Ref', reference));
    const image = await readFirst(path('dcm_qa_12bit', 'In', name));
    expect(Array.from(image.values)).toEqual(Array.from(mosaic));
    expect(Array.from(await shown(image))).toEqual(Array.from(mosaic, (v) => linearWindow(v, 764, 1646)));
  });

  it.each([
    [
      'cornerstone',
      'CTImage.dcm',
      [
        'CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm',
        'CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm',
        'CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm',
      ],
    ],
    [
      'pydicom',
      'MR_small.dcm',
      ['MR_small_bigendian.dcm', 'MR_small_expb.dcm', 'MR_small_implicit.dcm', 'MR_small_padded.dcm'],
    ],
    ['pydicom', 'SC_rgb_small_odd.dcm', ['SC_rgb_small_odd_big_endian.dcm']],
  ])('in %s, %s and its copies in other syntaxes are the same image', async (source, first, others) => {
    const expected = await readFirst(path(source, first));
    expect(new Set(expected.values).size).toBeGreaterThan(1);
    for (const name of others) expect(await readFirst(path(source, name))).toEqual(expected);
  });

  it('a truncated file is called truncated, a report is called no image', async () => {
    expect(await errorKindOf(readFirst(path('pydicom', 'MR_truncated.dcm')))).toBe('truncated');
    expect(await errorKindOf(readFirst(path('cornerstone', 'no-pixel-data.dcm')))).toBe('not-an-image');
  });

  it('every uncompressed file is readable, of all its frames; every other one is, or says why not', async () => {
    const lines = (await readFile(path('INDEX.tsv'), 'utf8')).trim().split('\n').slice(1);
    const entries = await collect(scanFolder(path(), { plane: 'axial' }));
    const byPath = new Map(entries.map((entry) => [entry.relativePath, entry]));
    let uncompressed = 0;
    for (const line of lines) {
      const [file = '', , syntax = '', , , , size = '', , frames = '', pixels] = line.split('\t');
      const entry = byPath.get(file);
      if (!entry) continue;
      if (entry.status !== 'readable') expect(entry.reason).toContain(path(file));
      const isPlain = ['ExplicitLE', 'ImplicitLE', 'ExplicitBE'].includes(syntax);
      if (file === 'pydicom/MR_truncated.dcm') expect(entry.status).toBe('broken');
      else if (isPlain && size !== 'x' && pixels !== '') {
        uncompressed += 1;
        const images = entry.status === 'readable' ? entry.images : [];
        // One file says "1A".
        expect(`${file} ${String(images.length)}`).toBe(`${file} ${String(Number.parseInt(frames))}`);
        for (const image of images) expect(`${String(image.width)}x${String(image.height)}`).toBe(size);
      }
    }
    expect(uncompressed).toBeGreaterThan(40);
  });
});
