import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cropAndShrink } from '../../tools/make-examples/grey-image.ts';
import { makeMriModality } from '../../tools/make-examples/mri-modality.ts';
import { readNifti } from '../../tools/make-examples/nifti.ts';
import { makePcb } from '../../tools/make-examples/pcb.ts';
import { sample, seededRandom } from '../../tools/make-examples/random.ts';
import { EXAMPLES, pngsBelow, sha256OfFile } from './example-images.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowscreen-examples-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A 2×1×2 int16 volume with the axes of the sources, slope 0.5 and intercept 3. */
function tinyNifti(): Buffer {
  const bytes = Buffer.alloc(352 + 8);
  bytes.writeInt32LE(348, 0);
  [3, 2, 1, 2].forEach((value, index) => bytes.writeInt16LE(value, 40 + 2 * index));
  bytes.writeInt16LE(4, 70);
  bytes.writeFloatLE(352, 108);
  bytes.writeFloatLE(0.5, 112);
  bytes.writeFloatLE(3, 116);
  bytes.writeFloatLE(-1, 280);
  bytes.writeFloatLE(-1, 300);
  bytes.writeFloatLE(1, 320);
  [-6, 0, 2, 1000].forEach((value, index) => bytes.writeInt16LE(value, 352 + 2 * index));
  return bytes;
}

describe('readNifti', () => {
  it('applies slope and intercept', async () => {
    const path = join(folder, 'scaled.nii.gz');
    await writeFile(path, gzipSync(tinyNifti()));
    expect(await readNifti(path)).toEqual({
      width: 2,
      height: 1,
      depth: 2,
      voxels: Float64Array.of(0, 3, 4, 503),
    });
  });

  it.each([
    ['is cut short', 'malformed', gzipSync(tinyNifti().subarray(0, 356))],
    ['is no NIfTI', 'malformed', gzipSync(Buffer.alloc(400))],
    ['is not compressed', 'missing', tinyNifti()],
  ])('refuses a file that %s', async (_, kind, bytes) => {
    const path = join(folder, 'broken.nii.gz');
    await writeFile(path, bytes);
    await expect(readNifti(path)).rejects.toMatchObject({ name: 'SourceError', kind });
  });

  it('refuses other axes', async () => {
    const bytes = tinyNifti();
    bytes.writeFloatLE(1, 280);
    const path = join(folder, 'flipped.nii.gz');
    await writeFile(path, gzipSync(bytes));
    await expect(readNifti(path)).rejects.toMatchObject({ name: 'SourceError', kind: 'unexpected' });
  });
});

describe('cropAndShrink', () => {
  const image = { width: 4, height: 3, values: Float64Array.of(9, 0, 4, 8, 9, 2, 6, 8, 9, 1, 3, 5) };

  it('averages whole blocks of the square', () => {
    const shrunk = cropAndShrink(image, { left: 1, top: 0, side: 2 }, 2);
    expect(shrunk).toEqual({ width: 1, height: 1, values: Float64Array.of((0 + 4 + 2 + 6) / 4) });
  });

  it('refuses a square that leaves the image', () => {
    expect(() => cropAndShrink(image, { left: 3, top: 0, side: 2 }, 2)).toThrow(RangeError);
  });
});

describe('sample', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);

  it('draws distinct items in order, the same for the same seed, others for another', () => {
    const drawn = sample(items, 10, seededRandom(1));
    expect(new Set(drawn).size).toBe(10);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(sample(items, 10, seededRandom(1))).toEqual(drawn);
    expect(sample(items, 10, seededRandom(2))).not.toEqual(drawn);
    expect(sample(items, 60, seededRandom(1))).toEqual(items);
  });
});

const DATA = process.env['FLOWSCREEN_DATA'];

describe.each([
  { example: 'mri-modality', archive: 'brain-mri', make: makeMriModality },
  { example: 'pcb', archive: 'deeppcb', make: makePcb },
])('the script of examples/$example', ({ example, archive, make }) => {
  const path = DATA === undefined ? undefined : join(DATA, `${archive}.tar.gz`);

  it('makes the bundled files again, byte for byte', { timeout: 180_000 }, async (context) => {
    if (path === undefined || !existsSync(path)) {
      context.skip(`FLOWSCREEN_DATA names no folder with ${archive}.tar.gz`);
      return;
    }
    execFileSync('tar', ['xzf', path, '-C', folder]);
    const output = join(folder, `made-${example}`);
    const written = await make(join(folder, archive), output);
    const bundled = join(EXAMPLES, example);
    const files = pngsBelow(bundled);
    expect(written).toBe(files.length);
    expect(pngsBelow(output)).toEqual(files);
    expect(
      files.filter((file) => sha256OfFile(join(output, file)) !== sha256OfFile(join(bundled, file))),
    ).toEqual([]);
  });
});
