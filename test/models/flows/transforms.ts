/** Every transform with random parameters, for the laws that all of them obey. */
import type { Tensor } from '../../../models/array.ts';
import { actnorm } from '../../../models/flows/actnorm.ts';
import { chain } from '../../../models/flows/chain.ts';
import { coupling } from '../../../models/flows/coupling.ts';
import { type LuParameters, invertibleConv } from '../../../models/flows/invertible-conv.ts';
import type { Layout } from '../../../models/flows/layout.ts';
import { inverse } from '../../../models/flows/linear-algebra.ts';
import { squeeze } from '../../../models/flows/squeeze.ts';
import type { Transform } from '../../../models/flows/transform.ts';
import { type SubnetParameters, couplingSubnet } from '../../../models/networks/coupling-subnet.ts';
import { tensorOf } from '../evaluate.ts';
import { type Sample, floats, normals, sample } from '../samples.ts';

export const LAYOUTS: readonly Layout[] = ['channels-first', 'channels-last'];

/** Shapes are those of channels-first. */
export interface Law {
  readonly name: string;
  readonly shape: readonly number[];
  readonly make: (layout: Layout) => Transform;
}

export function gaussian(shape: readonly number[], seed: number, deviation = 1): Sample {
  const draw = normals(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return sample(
    Array.from({ length: size }, () => draw() * deviation),
    shape,
  );
}

const tensor = (shape: readonly number[], seed: number, deviation: number): Tensor =>
  tensorOf(gaussian(shape, seed, deviation));

export function randomActnorm(channels: number, seed: number) {
  return { bias: tensor([channels], seed, 0.5), logs: tensor([channels], seed + 1, 0.3) };
}

/** The parts of the triangles that are not read hold numbers too: they must not matter. */
export function randomLuParameters(lead: readonly number[], side: number, seed: number): LuParameters {
  const matrices = lead.reduce((product, count) => product * count, 1);
  const permutation = new Float32Array(matrices * side * side);
  for (let matrix = 0; matrix < matrices; matrix++) {
    for (let row = 0; row < side; row++)
      permutation[(matrix * side + row) * side + ((row + matrix + 1) % side)] = 1;
  }
  const signs = floats([...lead, side], seed + 1).data;
  return {
    permutation: tensorOf(sample(Array.from(permutation), [...lead, side, side])),
    sign: tensorOf(sample(Array.from(signs, Math.sign), [...lead, side])),
    lower: tensor([...lead, side, side], seed + 2, 0.4),
    upper: tensor([...lead, side, side], seed + 3, 0.4),
    logDiagonal: tensor([...lead, side], seed + 4, 0.3),
  };
}

/** A random matrix near a rotation, its inverse and its log-det, from the matrix itself. */
export function randomConv(channels: number, seed: number) {
  const matrix = Float64Array.from(gaussian([channels, channels], seed, 0.5).data);
  for (let row = 0; row < channels; row++) {
    const diagonal = row * channels + ((row + 1) % channels);
    matrix[diagonal] = (matrix[diagonal] ?? 0) + 1.5;
  }
  const shape = [channels, channels];
  return {
    weight: tensorOf(sample(Array.from(matrix), shape)),
    inverse: tensorOf(sample(Array.from(inverse(matrix, channels)), shape)),
    logDet: tensorOf(sample([logAbsDet(matrix, channels)], [])),
  };
}

export function randomSubnet(channels: number, hidden: number, seed: number): SubnetParameters {
  return {
    first: tensor([3, 3, channels / 2, hidden], seed, 0.4),
    middle: tensor([hidden, hidden], seed + 1, 0.4),
    last: tensor([3, 3, channels, hidden], seed + 2, 0.3),
    firstNorm: randomActnorm(hidden, seed + 3),
    middleNorm: randomActnorm(hidden, seed + 5),
    lastScale: tensor([channels], seed + 7, 0.7),
    lastBias: tensor([channels], seed + 8, 0.5),
  };
}

export function randomStep(channels: number, seed: number, layout: Layout): Transform[] {
  return [
    actnorm(randomActnorm(channels, seed), layout),
    invertibleConv(randomConv(channels, seed + 10), layout),
    coupling(couplingSubnet(randomSubnet(channels, 5, seed + 20), layout), layout),
  ];
}

export const laws: readonly Law[] = [
  { name: 'actnorm', shape: [2, 3, 2, 3], make: (layout) => actnorm(randomActnorm(3, 1), layout) },
  {
    name: 'the invertible convolution',
    shape: [2, 4, 2, 3],
    make: (layout) => invertibleConv(randomConv(4, 2), layout),
  },
  {
    name: 'the coupling',
    shape: [2, 4, 3, 2],
    make: (layout) => coupling(couplingSubnet(randomSubnet(4, 6, 3), layout), layout),
  },
  { name: 'the squeeze', shape: [2, 3, 4, 2], make: squeeze },
  { name: 'an empty chain', shape: [2, 2, 2, 2], make: () => chain([]) },
  {
    name: 'a chain of two steps',
    shape: [2, 4, 2, 2],
    make: (layout) => chain([...randomStep(4, 100, layout), ...randomStep(4, 200, layout)]),
  },
];

/** `[B, C, H, W]` in the order of the layout. */
export function inLayout({ shape, data }: Sample, layout: Layout): Sample {
  if (layout === 'channels-first') return sample(Array.from(data), shape);
  const [batch = 1, channels = 1, height = 1, width = 1] = shape;
  const values: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let pixel = 0; pixel < height * width; pixel++)
      for (let c = 0; c < channels; c++) values.push(data[(b * channels + c) * height * width + pixel] ?? 0);
  return sample(values, [batch, height, width, channels]);
}

/** log |det| by Gaussian elimination in float64. */
export function logAbsDet(matrix: ArrayLike<number>, side: number): number {
  const rows = Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (__, column) => matrix[row * side + column] ?? 0),
  );
  let total = 0;
  for (let column = 0; column < side; column++) {
    rows.sort((x, y) => Math.abs(y[column] ?? 0) - Math.abs(x[column] ?? 0));
    const pivotRow = rows.shift();
    const pivot = pivotRow?.[column] ?? 0;
    total += Math.log(Math.abs(pivot));
    for (const row of rows) {
      const factor = (row[column] ?? 0) / pivot;
      for (let k = column; k < side; k++) row[k] = (row[k] ?? 0) - factor * (pivotRow?.[k] ?? 0);
    }
  }
  return total;
}
