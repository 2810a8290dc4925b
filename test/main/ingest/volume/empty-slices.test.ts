import { describe, expect, it } from 'vitest';
import { ingestErrorOf } from '../fixtures.ts';
import { nifti1, opened } from './write-volume.ts';
import type { TypeName, Written } from './write-volume.ts';

const SIDE = 20;
const DEPTH = 6;
/** One hundredth of a slice. */
const LEAST = (SIDE * SIDE) / 100;

/** Slice `z` has `counts[z]` pixels of 5 near its middle, all else has the value `background`. */
function slices(
  counts: readonly number[],
  background: number | (() => number),
  type: TypeName = 'float32',
): Written {
  const values = counts.flatMap((count) =>
    Array.from({ length: SIDE * SIDE }, (_, index) => {
      const inside = index >= SIDE * 8 + 1 && index < SIDE * 8 + 1 + count;
      return inside ? 5 : typeof background === 'number' ? background : background();
    }),
  );
  return { size: [SIDE, SIDE, counts.length], type, values, little: true };
}

const frames = async (written: Written) =>
  (await opened('volume.nii', nifti1(written))).images.map(({ part }) => part.frame);

describe('a slice is empty', () => {
  it.each([0, -1024, Number.NaN, -Infinity])(
    'where less than 1 %% differs from a background of %f',
    async (background) => {
      expect(await frames(slices([0, LEAST - 1, LEAST, 200, 1, 0], background))).toEqual([2, 3]);
    },
  );

  it('never where the surroundings have no one value', async () => {
    let seed = 0;
    const noise = () => (seed = (seed * 48271 + 11) % 65537);
    expect(
      await frames(
        slices(
          Array.from({ length: DEPTH }, () => 0),
          noise,
        ),
      ),
    ).toHaveLength(DEPTH);
  });

  it('never where less than half of the surface has its value', async () => {
    const noise = Array.from({ length: 4 * SIDE * SIDE }, (_, index) => index + 1);
    const zeros = Array.from({ length: 2 * SIDE * SIDE }, () => 0);
    const values = [...noise, ...zeros];
    const written: Written = { size: [SIDE, SIDE, DEPTH], type: 'float32', values, little: true };
    expect(await frames(written)).toHaveLength(DEPTH);
  });

  it('where all sides of the volume together show its value', async () => {
    // 0 at the far end of the first axis and at both ends of the second: 520 of 952 samples of the surface.
    const size = [4, SIDE, SIDE];
    const values = Array.from({ length: 4 * SIDE * SIDE }, (_, index) => {
      const y = Math.floor(index / 4) % SIDE;
      return index % 4 === 3 || y === 0 || y === SIDE - 1 ? 0 : index;
    });
    const bytes = nifti1({ size, type: 'float32', values, little: true });
    const { images } = await opened('volume.nii', bytes, 'sagittal');
    expect(images.map(({ part }) => part.frame)).toEqual([0, 1, 2]);
  });

  it('by each point in time for itself', async () => {
    const { values, ...rest } = slices([0, 40, 0, 40, 40, 0], 0);
    expect(await frames({ ...rest, size: [SIDE, SIDE, 3, 2], values })).toEqual([1, 3, 4]);
  });
});

it('says how many were left out', async () => {
  const volume = await opened('volume.nii', nifti1(slices([0, 0, 40, 40, 0, 40], 0)));
  expect(volume.notes).toContain('3 of 6 axial slices are empty and were left out.');
  const other = await opened('volume.nii', nifti1(slices([40, 0], 0)));
  expect(other.notes).toContain('1 of 2 axial slices is empty and was left out.');
});

it('a slice that was left out can still be read', async () => {
  const volume = await opened('volume.nii', nifti1(slices([0, 40], 0)));
  const { values } = await volume.read({ frame: 0, plane: 'axial' });
  expect(new Set(values)).toEqual(new Set([0]));
});

it.each([
  ['one value throughout', slices([0, 0, 0, 0, 0, 0], 7)],
  ['NaN throughout', slices([0, 0, 0], Number.NaN)],
  ['a few voxels that differ', slices([0, 1, 0], 0)],
])('a volume with %s is refused', async (_, written) => {
  const error = await ingestErrorOf(opened('volume.nii', nifti1(written)));
  expect(error.kind).toBe('empty-file');
  expect(error.message).toContain('only empty slices');
});
