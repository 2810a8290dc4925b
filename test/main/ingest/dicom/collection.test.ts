import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDicomDir } from '../../../../main/ingest/dicom/dicom-dir.ts';
import { looksLikeDicom } from '../../../../main/ingest/dicom/looks-like-dicom.ts';
import { openDicom } from '../../../../main/ingest/dicom/open-dicom.ts';
import type { OpenedFile, StoredImage } from '../../../../main/ingest/stored-image.ts';
import { outcomeOf } from './read-dicom.ts';

const data = process.env['FLOWSCREEN_DATA'];
const archive = join(data ?? '', 'dicom.tar.gz');
const present = data !== undefined && existsSync(archive);
const title = present
  ? 'a collection of real DICOM files'
  : 'a collection of real DICOM files (skipped: FLOWSCREEN_DATA names no folder with dicom.tar.gz)';

/** The list names these by where they lay before. */
const MOVED = ['nema/multiframe/DISCIMG/IMAGES/', 'enhanced-mr/'] as const;

/**
 * What is no whole image, and why; each looked at with dcmdump of DCMTK 3.6.7. Everything else has to be read.
 * 'not-an-image' are those whose SOP class has no pixels, and 'corrupt' those whose pixels are missing although it has.
 */
const REFUSED: Readonly<Record<string, string>> = {
  'cornerstone/no-pixel-data.dcm': 'not-an-image',
  // The bytes of SIZ were overwritten with a delimiter; OpenJPEG and GDCM cannot decode it either.
  'pydicom/JPEG2000-embedded-sequence-delimiter.dcm': 'corrupt',
  'pydicom/MR_truncated.dcm': 'truncated',
  // CT and MR images by their SOP class, cut down to a few attributes.
  'pydicom/UN_sequence.dcm': 'corrupt',
  'pydicom/no_meta_group_length.dcm': 'corrupt',
  'pydicom/priv_SQ.dcm': 'corrupt',
  // Two bytes of Pixel Data, and neither rows nor columns.
  'pydicom/meta_missing_tsyntax.dcm': 'corrupt',
  'pydicom/nested_priv_SQ.dcm': 'corrupt',
  // Three attributes, no SOP class.
  'pydicom/empty_charset_LEI.dcm': 'not-an-image',
  'pydicom/fall.dcm': 'not-an-image',
  'pydicom/hotiron.dcm': 'not-an-image',
  'pydicom/hotmetalblue.dcm': 'not-an-image',
  'pydicom/pet.dcm': 'not-an-image',
  'pydicom/pet20step.dcm': 'not-an-image',
  'pydicom/spring.dcm': 'not-an-image',
  'pydicom/summer.dcm': 'not-an-image',
  'pydicom/winter.dcm': 'not-an-image',
  'pydicom/reportsi.dcm': 'not-an-image',
  'pydicom/reportsi_with_empty_number_tags.dcm': 'not-an-image',
  'pydicom/test-SR.dcm': 'not-an-image',
  'pydicom/rtplan.dcm': 'not-an-image',
  'pydicom/rtplan_truncated.dcm': 'not-an-image',
  'pydicom/waveform_ecg.dcm': 'not-an-image',
};

/** Indices, and CT images by their SOP class that were made without pixels. */
function refusedByFolder(file: string): string | null {
  if (/(^|\/)DICOMDIR/.test(file)) return 'not-an-image';
  return file.startsWith('pydicom/dicomdirtests/TINY_ALPHA/PT') ? 'corrupt' : null;
}

const SIDE = 64;
const SLICES = 35;
const PER_ROW = 6;

/** The int16 volume [z, y, x] of an uncompressed NIfTI file, laid out as the mosaic that the scanner wrote. */
async function readAsMosaic(path: string): Promise<number[]> {
  const bytes = await readFile(path);
  expect([1, 2, 3].map((i) => bytes.readInt16LE(40 + i * 2))).toEqual([SIDE, SIDE, SLICES]);
  const start = bytes.readFloatLE(108);
  const mosaic = new Array<number>(PER_ROW * SIDE * PER_ROW * SIDE).fill(0);
  for (let z = 0; z < SLICES; z++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        // NIfTI counts rows from the bottom.
        const row = Math.floor(z / PER_ROW) * SIDE + (SIDE - 1 - y);
        const column = (z % PER_ROW) * SIDE + x;
        mosaic[row * PER_ROW * SIDE + column] = bytes.readInt16LE(start + ((z * SIDE + y) * SIDE + x) * 2);
      }
    }
  }
  return mosaic;
}

describe.skipIf(!present)(title, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowscreen-dicom-collection-'));
    await promisify(execFile)('tar', ['xzf', archive, '-C', folder]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const bytesOf = (file: string): Promise<Buffer> => readFile(join(folder, 'dicom', file.replace(...MOVED)));
  const opened = async (file: string): Promise<OpenedFile> => openDicom(await bytesOf(file), file);
  const first = async (file: string): Promise<StoredImage> => {
    const image = await opened(file);
    return image.read(image.images[0]?.part ?? { frame: -1, plane: null });
  };

  it('every file is read in all its frames, or refused for what it is', async () => {
    const lines = (await bytesOf('INDEX.tsv')).toString().trim().split('\n').slice(1);
    const outcomes: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const line of lines) {
      const [file = '', , , , , samples, size = '', , frames = ''] = line.split('\t');
      const bytes = await bytesOf(file);
      outcomes[file] = await outcomeOf(bytes);
      expected[file] = REFUSED[file] ?? refusedByFolder(file) ?? 'read';
      if (outcomes[file] !== 'read') continue;
      const image = openDicom(bytes, file);
      const { images } = image;
      for (const { part, width, height, channels } of images) {
        const { values } = await image.read(part);
        // The list was made with a reader that does not see the attributes of SC_rgb_jpeg.dcm: implicit, said to be explicit.
        if (size !== 'x') expect(`${file} ${String(width)}x${String(height)}`).toBe(`${file} ${size}`);
        expect(values.length).toBe(width * height * channels);
      }
      // The list read the frames of badVR.dcm as "1A".
      expect(`${file} ${String(images.length)}`).toBe(`${file} ${String(Number.parseInt(frames, 10))}`);
      if (samples === '3') expect(images[0]?.channels).toBe(3);
    }
    expect(outcomes).toEqual(expected);
    expect(lines.length).toBeGreaterThan(200);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'dcm_qa_ts %i.dcm has the pixels of its NIfTI reference',
    async (n) => {
      const image = await first(`dcm_qa_ts/In/${String(n)}.dcm`);
      const reference = await readAsMosaic(join(folder, 'dicom', 'dcm_qa_ts', 'Ref', `${String(n)}.nii`));
      expect(new Set(reference).size).toBeGreaterThan(500);
      expect([...image.values]).toEqual(reference);
    },
  );

  it.each([
    ['12bitUnsigned.dcm', '2.nii'],
    ['12bitUnsigned_0x0F0F.dcm', '3.nii'],
    ['12bitSigned_0x0F0F.dcm', '4.nii'],
  ])('dcm_qa_12bit %s has the pixels of %s', async (name, reference) => {
    const expected = await readAsMosaic(join(folder, 'dicom', 'dcm_qa_12bit', 'Ref', reference));
    expect([...(await first(`dcm_qa_12bit/In/${name}`)).values]).toEqual(expected);
  });

  const CT = 'cornerstone/CTImage.dcm';

  it.each([
    'BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2',
    'DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99',
    'JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90',
    'JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80',
    'JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70',
    'JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57',
    'LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1',
    'LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2',
    'RLELosslessTransferSyntax_1.2.840.10008.1.2.5',
  ])('the CT is the same in %s', async (syntax) => {
    // Uncompressed and implicit: the pixels are the last bytes of the file.
    const bytes = await bytesOf(CT);
    const truth = new Int16Array(512 * 512).map((_, i) =>
      bytes.readInt16LE(bytes.byteLength - 2 ** 19 + i * 2),
    );
    expect((await first(`${CT}_${syntax}.dcm`)).values).toEqual(truth);
  });

  it.each([
    // Mean and largest difference in Hounsfield units; eight bits for 8191 units are steps of 32.
    ['JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81', 2, 2],
    ['JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91', 2, 20],
    ['JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51', 20, 250],
    ['JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53', 20, 250],
    ['JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55', 20, 250],
    ['JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50', 25, 250],
  ])('the CT in %s differs by %i on average and %i at most', async (syntax, mean, most) => {
    const units = ({ values, slope, intercept }: StoredImage): number[] =>
      Array.from(values, (value) => slope * value + intercept);
    const truth = units(await first(CT));
    const differences = units(await first(`${CT}_${syntax}.dcm`)).map((value, i) =>
      Math.abs(value - (truth[i] ?? NaN)),
    );
    expect(differences.reduce((sum, x) => sum + x) / differences.length).toBeLessThanOrEqual(mean);
    expect(differences.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(most);
  });

  it.each([
    [
      'pydicom/MR_small.dcm',
      ['_RLE', '_bigendian', '_expb', '_implicit', '_jp2klossless', '_jpeg_ls_lossless'],
    ],
    ['pydicom/rtdose.dcm', ['_expb', '_rle']],
    ['pydicom/rtdose_1frame.dcm', []],
    ['pydicom/liver_1frame.dcm', []],
  ])('%s is the same image in %j', async (file, endings) => {
    const truth = await first(file);
    for (const ending of endings) {
      expect(await first(file.replace('.dcm', `${ending}.dcm`))).toEqual(truth);
    }
    expect(new Set(truth.values).size).toBeGreaterThan(1);
  });

  it.each([
    ['pydicom/SC_rgb_rle.dcm', ['SC_rgb_jpeg_gdcm.dcm'], 0],
    ['pydicom/SC_rgb_rle.dcm', ['SC_ybr_full_422_uncompressed.dcm'], 2],
    // The same colours again in lossy JPEG, coded as RGB and as YCbCr with and without subsampling.
    [
      'pydicom/SC_rgb_rle.dcm',
      [
        'SC_rgb_dcmtk_+eb+cr.dcm',
        'SC_rgb_dcmtk_+eb+cy+s4.dcm',
        'SC_rgb_jpeg_lossy_gdcm.dcm',
        'SC_rgb_gdcm_KY.dcm',
      ],
      8,
    ],
  ] as const)('the colours of %s are those of %j', async (file, others, most) => {
    const truth = await first(file);
    for (const other of others) {
      const { values } = await first(`pydicom/${other}`);
      // Edges blur: the medians of the differences tell the colours.
      const differences = Array.from(values, (value, i) => Math.abs(value - (truth.values[i] ?? NaN)));
      differences.sort((a, b) => a - b);
      expect(differences[Math.floor(differences.length * 0.9)]).toBeLessThanOrEqual(most);
    }
  });

  it('FLAIR, T2, T1 and T1 with contrast of one patient align slice by slice', async () => {
    const files = await Promise.all(
      ['BRTUM003', 'BRTUM004', 'BRTUM005', 'BRTUM008'].map((name) => opened(`enhanced-mr/${name}`)),
    );
    expect(files.map(({ acquisition }) => acquisition?.sequence)).toEqual(
      ['FLAIR', 'T2', 'T1', 'T1 with contrast'].map((name) => ({ name, from: 'attributes' })),
    );
    expect(new Set(files.map(({ acquisition }) => acquisition?.patientId))).toEqual(new Set(['MF-0000020']));
    const [positions = [], ...others] = files.map(({ images }) =>
      images.map((image) => image.position ?? NaN),
    );
    expect(positions).toHaveLength(24);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(positions).size).toBe(24);
    for (const other of others) {
      other.forEach((position, i) => expect(position).toBeCloseTo(positions[i] ?? NaN, 3));
    }
  });

  it('slices of a series in files of their own have positions, doses have those of their grid', async () => {
    const slices = ['17106', '17136', '17166', '17196'].map((n) =>
      opened(`pydicom/dicomdirtests/77654033/CT2/${n}`),
    );
    const positions = (await Promise.all(slices)).map(({ images }) => images[0]?.position);
    expect(new Set(positions).size).toBe(4);
    expect(positions.every((position) => position !== null)).toBe(true);
    const doses = (await opened('pydicom/rtdose.dcm')).images.map((image) => image.position ?? NaN);
    expect(doses).toEqual([...doses].sort((a, b) => a - b));
    expect(new Set(doses).size).toBe(15);
  });

  it.each(['DICOMDIR', 'DICOMDIR-bigEnd', 'DICOMDIR-implicit', 'DICOMDIR-nooffset', 'DICOMDIR-reordered'])(
    '%s names the files that are there',
    async (name) => {
      const root = 'pydicom/dicomdirtests';
      const files = readDicomDir(await bytesOf(`${root}/${name}`), name);
      expect(files).toHaveLength(31);
      expect(files.filter((file) => !existsSync(join(folder, 'dicom', root, file)))).toEqual([]);
    },
  );

  it('every file looks like DICOM by its beginning, with its preamble and without', async () => {
    const lines = (await bytesOf('INDEX.tsv')).toString().trim().split('\n').slice(1);
    for (const line of lines) {
      const [file = ''] = line.split('\t');
      const bytes = await bytesOf(file);
      expect(`${file} ${String(looksLikeDicom(bytes.subarray(0, 352)))}`).toBe(`${file} true`);
    }
  });
});
