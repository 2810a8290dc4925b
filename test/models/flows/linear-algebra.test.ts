import { describe, expect, it } from 'vitest';
import {
  inverse,
  luDecomposition,
  product,
  randomLu,
  randomOrthogonal,
} from '../../../models/flows/linear-algebra.ts';
import { RandomStream } from '../../../models/random.ts';
import { expectClose } from '../evaluate.ts';
import { chance } from '../samples.ts';

type Matrix = Float64Array<ArrayBuffer>;

const sides = [1, 2, 3, 4, 7, 12, 48];

function random(side: number, seed = 1): Matrix {
  const draw = chance(seed);
  return Float64Array.from({ length: side * side }, () => 2 * draw() - 1);
}

function filled(side: number, value: (row: number, column: number) => number): Matrix {
  return Float64Array.from({ length: side * side }, (_, at) => value(Math.floor(at / side), at % side));
}

const identity = (side: number) => filled(side, (row, column) => (row === column ? 1 : 0));
const transposed = (matrix: Matrix, side: number) =>
  filled(side, (row, column) => matrix[column * side + row] ?? 0);

describe.each(sides)('matrices of side %i', (side) => {
  it('multiply as the definition says', () => {
    const [left, right] = [random(side, 1), random(side, 2)];
    const expected = filled(side, (row, column) => {
      let sum = 0;
      for (let k = 0; k < side; k++) sum += (left[row * side + k] ?? 0) * (right[k * side + column] ?? 0);
      return sum;
    });
    expectClose(product(left, right, side), expected, 1e-13);
  });

  it('are P·L·U, P a permutation, L unit lower and at most 1, U upper', () => {
    const matrix = random(side, 3);
    const before = matrix.slice();
    const { permutation, lower, upper } = luDecomposition(matrix, side);
    expect(matrix).toEqual(before);
    expectClose(product(permutation, product(lower, upper, side), side), matrix, 1e-12);
    expectClose(product(permutation, transposed(permutation, side), side), identity(side), 0);
    expect(permutation.every((value) => value === 0 || value === 1)).toBe(true);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const [l = Number.NaN, u = Number.NaN] = [lower[row * side + column], upper[row * side + column]];
        if (column > row) expect(l).toBe(0);
        if (column === row) expect(l).toBe(1);
        if (column < row) expect(Math.abs(u)).toBeLessThan(1e-12);
        expect(Math.abs(l)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('times their inverse are the identity, from both sides', () => {
    const matrix = random(side, 4);
    const inverted = inverse(matrix, side);
    expectClose(product(matrix, inverted, side), identity(side), 1e-10);
    expectClose(product(inverted, matrix, side), identity(side), 1e-10);
  });

  it('drawn as rotations have orthonormal rows', () => {
    const rotation = randomOrthogonal(side, new RandomStream(5, 'rotation'));
    expectClose(product(rotation, transposed(rotation, side), side), identity(side), 1e-13);
  });

  it('drawn in LU form compose to a rotation with log |det| = 0', () => {
    const { permutation, sign, lower, upper, logDiagonal } = randomLu(side, new RandomStream(6, 'lu'));
    const scale = (row: number) => (sign[row] ?? 0) * Math.exp(logDiagonal[row] ?? 0);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        if (column >= row) expect(lower[row * side + column]).toBe(0);
        if (column <= row) expect(upper[row * side + column]).toBe(0);
      }
    }
    const l = filled(side, (row, column) => (row === column ? 1 : (lower[row * side + column] ?? 0)));
    const u = filled(side, (row, column) =>
      row === column ? scale(row) : (upper[row * side + column] ?? 0),
    );
    const weight = product(permutation, product(l, u, side), side);
    expectClose(product(weight, transposed(weight, side), side), identity(side), 1e-12);
    expect(Math.abs(logDiagonal.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-12);
  });
});

it('draws rotations evenly: their mean is zero and each entry has variance 1/side', () => {
  const stream = new RandomStream(7, 'many rotations');
  const firsts = Array.from({ length: 4000 }, () => randomOrthogonal(3, stream)[4] ?? 0);
  const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
  const square = firsts.reduce((sum, value) => sum + value ** 2, 0) / firsts.length;
  expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / 3 / 4000));
  // An entry of a rotation in three dimensions is uniform on [−1, 1]: its square has variance 4/45.
  expect(Math.abs(square - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / 4000));
});

it('needs no pivot larger than it finds', () => {
  const swapped = Float64Array.from([0, 1, 1, 0]);
  expectClose(inverse(swapped, 2), swapped, 0);
});

it('refuses a singular matrix', () => {
  const singular = Float64Array.from([1, 2, 2, 4]);
  expect(() => luDecomposition(singular, 2)).toThrow(RangeError);
  expect(() => inverse(singular, 2)).toThrow('a singular matrix has no LU decomposition');
});
