import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PLANES } from '../../../../main/ingest/stored-image.ts';
import type { Plane } from '../../../../main/ingest/stored-image.ts';
import { TYPE_NAMES, metaHeader, nifti1, nifti2, opened, sampleBytes } from './write-volume.ts';
import type { Written } from './write-volume.ts';

type Vector = readonly [number, number, number];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** Rodrigues' rotation of `v` by `angle` about the unit vector `k`. */
function turned(v: Vector, k: Vector, angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const along = dot(k, v) * (1 - c);
  const cross: Vector = [k[1] * v[2] - k[2] * v[1], k[2] * v[0] - k[0] * v[2], k[0] * v[1] - k[1] * v[0]];
  const at = (i: 0 | 1 | 2) => v[i] * c + cross[i] * s + k[i] * along;
  return [at(0), at(1), at(2)];
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const side = fc.integer({ min: 2, max: 5 });
const sign = fc.constantFrom(1, -1);
const step = fc.double({ min: 0.3, max: 5, noNaN: true });
const part = fc.double({ min: -1, max: 1, noNaN: true });

/** A volume each of whose voxels holds its own index, and how it lies: the step along each stored axis, towards left, back, head. */
const volumes = fc
  .record({
    size: fc.tuple(side, side, side),
    type: fc.constantFrom(...TYPE_NAMES),
    little: fc.boolean(),
    order: fc.constantFrom(...ORDERS),
    signs: fc.tuple(sign, sign, sign),
    steps: fc.tuple(step, step, step),
    axis: fc.tuple(part, part, part).filter((axis) => Math.hypot(...axis) > 0.1),
    // Up to 25° every axis stays nearest to the one that it began as.
    angle: fc.double({ min: 0, max: 0.43, noNaN: true }),
    origin: fc.tuple(part, part, part),
    form: fc.constantFrom('nifti1', 'nifti2', 'mha'),
    plane: fc.constantFrom(...PLANES),
  })
  .map((drawn) => {
    const length = Math.hypot(...drawn.axis);
    const about: Vector = [drawn.axis[0] / length, drawn.axis[1] / length, drawn.axis[2] / length];
    const stepOf = (axis: 0 | 1 | 2): Vector => {
      const straight: [number, number, number] = [0, 0, 0];
      straight[drawn.order[axis]] = drawn.signs[axis] * drawn.steps[axis];
      return turned(straight, about, drawn.angle);
    };
    const steps: readonly [Vector, Vector, Vector] = [stepOf(0), stepOf(1), stepOf(2)];
    const voxels = drawn.size[0] * drawn.size[1] * drawn.size[2];
    return { ...drawn, steps, values: Array.from({ length: voxels }, (_, index) => index) };
  });

type Volume = typeof volumes extends fc.Arbitrary<infer T> ? T : never;

/** Towards left, back, head: where the radiological convention puts the right and the lower side of a picture. */
const CONVENTION: Readonly<Record<Plane, { right: Vector; down: Vector }>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1] },
};

function write({ size, type, little, values, steps, origin, form }: Volume): {
  name: string;
  bytes: Uint8Array;
} {
  const [a, b, c] = steps;
  // NIfTI counts towards right, front, head.
  const sform = [
    [-a[0], -b[0], -c[0], -origin[0]],
    [-a[1], -b[1], -c[1], -origin[1]],
    [a[2], b[2], c[2], origin[2]],
  ];
  const written: Written = { size, type, little, values, sform };
  switch (form) {
    case 'nifti1':
      return { name: 'volume.nii', bytes: nifti1(written) };
    case 'nifti2':
      return { name: 'volume.nii', bytes: nifti2(written) };
    case 'mha': {
      const lengths = steps.map((vector) => Math.hypot(...vector));
      const matrix = steps.flatMap((vector, axis) => vector.map((x) => x / (lengths[axis] ?? 1)));
      const header = metaHeader(written, [
        `TransformMatrix = ${matrix.join(' ')}`,
        `Offset = ${origin.join(' ')}`,
        `ElementSpacing = ${lengths.join(' ')}`,
      ]);
      return { name: 'volume.mha', bytes: Buffer.concat([header, sampleBytes(written)]) };
    }
  }
}

it('every voxel is shown once, where it lies in the patient, in slices ordered along their normal', async () => {
  await fc.assert(
    fc.asyncProperty(volumes, async (volume) => {
      const { name, bytes } = write(volume);
      const { size, steps, origin, plane } = volume;
      const placeOf = (id: number): Vector => {
        const [i, j, k] = [
          id % size[0],
          Math.floor(id / size[0]) % size[1],
          Math.floor(id / size[0] / size[1]),
        ];
        const at = (world: 0 | 1 | 2) =>
          origin[world] + i * steps[0][world] + j * steps[1][world] + k * steps[2][world];
        return [at(0), at(1), at(2)];
      };
      const { right, down } = CONVENTION[plane];
      const towards = (from: number, to: number, expected: Vector) => {
        const way = minus(placeOf(to), placeOf(from));
        expect(dot(way, expected) / Math.hypot(...way)).toBeGreaterThan(0.9);
        return way;
      };
      const shown: number[] = [];
      let before = -Infinity;
      const file = await opened(name, bytes, plane);
      for (const { part, width, height, position } of file.images) {
        const ids = Array.from((await file.read(part)).values);
        expect(ids).toHaveLength(width * height);
        shown.push(...ids);
        const id = (x: number, y: number) => ids[y * width + x] ?? Number.NaN;
        const across = towards(id(0, 0), id(width - 1, 0), right);
        const along = towards(id(0, 0), id(0, height - 1), down);
        towards(id(0, height - 1), id(width - 1, height - 1), right);
        const normal: Vector = [
          across[1] * along[2] - across[2] * along[1],
          across[2] * along[0] - across[0] * along[2],
          across[0] * along[1] - across[1] * along[0],
        ];
        const length = Math.hypot(...normal);
        for (const voxel of ids) expect(position).toBeCloseTo(dot(placeOf(voxel), normal) / length, 3);
        expect(position ?? Number.NaN).toBeGreaterThan(before);
        before = position ?? Number.NaN;
      }
      expect(shown.toSorted((a, b) => a - b)).toEqual(volume.values);
    }),
    { numRuns: 150 },
  );
});

it('a frame is the index that the file gives to the slice', async () => {
  await fc.assert(
    fc.asyncProperty(volumes, async (volume) => {
      const { name, bytes } = write(volume);
      const file = await opened(name, bytes, volume.plane);
      const across = { axial: 2, coronal: 1, sagittal: 0 }[volume.plane];
      const axis = volume.order.findIndex((world) => world === across);
      const stride = volume.size.slice(0, axis).reduce((product, length) => product * length, 1);
      for (const { part } of file.images) {
        for (const id of (await file.read(part)).values) {
          expect(Math.floor(id / stride) % (volume.size[axis] ?? 0)).toBe(part.frame);
        }
      }
    }),
    { numRuns: 60 },
  );
});
