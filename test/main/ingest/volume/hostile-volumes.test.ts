import { Buffer } from 'node:buffer';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../../main/ingest/errors.ts';
import { PLANES } from '../../../../main/ingest/stored-image.ts';
import { openVolume } from '../../../../main/ingest/volume/open-volume.ts';
import { errorKindOf, withFolder } from '../fixtures.ts';
import { WRITTEN, metaHeader, nifti1, nifti2, opened, sampleBytes } from './write-volume.ts';

const GIB = 2 ** 30;

/** A NIfTI-2 header with these sides, and no voxels. */
const sized = (...size: readonly number[]) => nifti2({ ...WRITTEN, size, values: [] });

describe('claims of a header', () => {
  it.each([
    ['just over the limit', sized(2 ** 11, 2 ** 10, 2 ** 10 + 1), 'too-large'],
    ['far over the limit', sized(2 ** 40, 2 ** 40, 2 ** 40), 'too-large'],
    ['more than is in the file', sized(2 ** 10, 2 ** 10, 2 ** 10), 'truncated'],
    ['more than is in the packed file', gzipSync(sized(2 ** 10, 2 ** 10, 2 ** 10)), 'truncated'],
    [
      'more slices than anybody looks at',
      nifti1({ ...WRITTEN, size: [1, 1, 400, 400], values: Array.from({ length: 160_000 }, () => 1) }),
      'too-large',
    ],
  ])('%s', async (_, bytes, kind) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(await errorKindOf(opened('volume.nii', bytes))).toBe(kind);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(GIB / 8);
  });
});

describe('a file that unpacks to far more than its header says', () => {
  // Members of gzip follow each other; unpacked these are 64 GiB, which would take minutes.
  const bomb = (first: Uint8Array) => {
    const member = gzipSync(new Uint8Array(2 ** 26));
    return Buffer.concat([gzipSync(first), ...Array.from({ length: 1024 }, () => member)]);
  };

  it('is refused early', async () => {
    expect(await errorKindOf(opened('volume.nii.gz', bomb(nifti1(WRITTEN))))).toBe('corrupt');
  });

  it('is refused early beside a header', async () => {
    const header = metaHeader(WRITTEN, ['CompressedData = True'], 'voxels.zraw');
    const voxels = bomb(sampleBytes(WRITTEN));
    expect(await errorKindOf(opened('a.mhd', header, 'axial', { 'voxels.zraw': voxels }))).toBe('corrupt');
  });

  it('gives no endless header', async () => {
    expect(await errorKindOf(opened('a.mha', bomb(Buffer.from('NDims = 3\n'))))).toBe('corrupt');
  });
});

it.skipIf(process.platform === 'win32')('a pipe for voxels is not waited for', async () => {
  await withFolder(async (folder) => {
    await promisify(execFile)('mkfifo', [join(folder, 'voxels.raw')]);
    await writeFile(join(folder, 'a.mhd'), metaHeader(WRITTEN, [], 'voxels.raw'));
    expect(await errorKindOf(openVolume(join(folder, 'a.mhd'), 'metaimage', 'axial'))).toBe('not-an-image');
  });
});

const SEEDS = [
  {
    name: 'a.nii',
    bytes: nifti1({
      ...WRITTEN,
      sform: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ],
    }),
  },
  { name: 'b.nii', bytes: nifti1({ ...WRITTEN, little: false }) },
  { name: 'c.nii', bytes: nifti2(WRITTEN) },
  { name: 'd.nii.gz', bytes: gzipSync(nifti1(WRITTEN)) },
  {
    name: 'e.mha',
    bytes: Buffer.concat([
      metaHeader(WRITTEN, ['TransformMatrix = 1 0 0 0 1 0 0 0 1', 'ElementSpacing = 1 2 3']),
      sampleBytes(WRITTEN),
    ]),
  },
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  kind: fc.constantFrom('overwrite', 'insert', 'cut'),
});

it('headers changed anywhere are read, or refused with a reason, within memory', async () => {
  const start = process.memoryUsage().arrayBuffers;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SEEDS),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...PLANES),
      async ({ name, bytes }, edits, plane) => {
        let mutant = Buffer.from(bytes);
        for (const { at, bytes: changes, kind } of edits) {
          const place = Math.floor(at * mutant.length);
          switch (kind) {
            case 'overwrite':
              mutant.set(changes.subarray(0, mutant.length - place), place);
              break;
            case 'insert':
              mutant = Buffer.concat([mutant.subarray(0, place), changes, mutant.subarray(place)]);
              break;
            case 'cut':
              mutant = Buffer.concat([mutant.subarray(0, place), mutant.subarray(place + changes.length)]);
              break;
          }
        }
        try {
          const volume = await opened(name, mutant, plane);
          for (const { part, width, height, channels } of volume.images) {
            expect((await volume.read(part)).values).toHaveLength(width * height * channels);
          }
        } catch (thrown) {
          if (!(thrown instanceof IngestError)) throw thrown;
          expect(thrown.message).toMatch(/^".*"[^\n]*\.$/su);
        }
      },
    ),
    { numRuns: 600 },
  );
  expect(process.memoryUsage().arrayBuffers - start).toBeLessThan(GIB / 8);
});
