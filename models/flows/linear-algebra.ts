/** Small dense matrices on the host, row-major, in float64: initialisation and inverses, never the training loop. */
import type { RandomStream } from '../random.ts';

type Matrix = Float64Array<ArrayBuffer>;

/** A random rotation or reflection, uniformly distributed: Gram–Schmidt on normal rows. */
export function randomOrthogonal(side: number, random: RandomStream): Matrix {
  const rows = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    const current = rows.subarray(row * side, (row + 1) * side);
    for (let column = 0; column < side; column++) current[column] = random.normal();
    // Twice is enough for orthogonality to rounding error (Kahan, Parlett 1980).
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < row; other++) {
        const earlier = rows.subarray(other * side, (other + 1) * side);
        const projection = dotProduct(current, earlier);
        for (let column = 0; column < side; column++) {
          current[column] = (current[column] ?? 0) - projection * (earlier[column] ?? 0);
        }
      }
    }
    const norm = Math.sqrt(dotProduct(current, current));
    for (let column = 0; column < side; column++) current[column] = (current[column] ?? 0) / norm;
  }
  return rows;
}

/** W = P·L·U with partial pivoting; P as a matrix. */
export function luDecomposition(
  matrix: Matrix,
  side: number,
): { permutation: Matrix; lower: Matrix; upper: Matrix } {
  const upper = matrix.slice();
  const lower = new Float64Array(side * side);
  const order = Array.from({ length: side }, (_, row) => row);
  const at = (row: number, column: number) => row * side + column;
  for (let pivot = 0; pivot < side; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < side; row++) {
      if (Math.abs(upper[at(row, pivot)] ?? 0) > Math.abs(upper[at(best, pivot)] ?? 0)) best = row;
    }
    if ((upper[at(best, pivot)] ?? 0) === 0)
      throw new RangeError('a singular matrix has no LU decomposition');
    if (best !== pivot) {
      swapRows(upper, side, best, pivot);
      swapRows(lower, side, best, pivot);
      [order[best], order[pivot]] = [order[pivot] ?? pivot, order[best] ?? best];
    }
    for (let row = pivot + 1; row < side; row++) {
      const factor = (upper[at(row, pivot)] ?? 0) / (upper[at(pivot, pivot)] ?? 1);
      lower[at(row, pivot)] = factor;
      for (let column = pivot; column < side; column++) {
        upper[at(row, column)] = (upper[at(row, column)] ?? 0) - factor * (upper[at(pivot, column)] ?? 0);
      }
    }
  }
  const permutation = new Float64Array(side * side);
  order.forEach((source, row) => (permutation[at(source, row)] = 1));
  for (let row = 0; row < side; row++) lower[at(row, row)] = 1;
  return { permutation, lower, upper };
}

/** Gauss–Jordan with partial pivoting. @throws {RangeError} for a singular matrix. */
export function inverse(matrix: Matrix, side: number): Matrix {
  const { permutation, lower, upper } = luDecomposition(matrix, side);
  const result = new Float64Array(side * side);
  for (let column = 0; column < side; column++) {
    const y = new Float64Array(side);
    for (let row = 0; row < side; row++) {
      // Pᵀ·e: the permutation's transpose is its inverse.
      let sum = permutation[column * side + row] ?? 0;
      for (let k = 0; k < row; k++) sum -= (lower[row * side + k] ?? 0) * (y[k] ?? 0);
      y[row] = sum;
    }
    for (let row = side - 1; row >= 0; row--) {
      let sum = y[row] ?? 0;
      for (let k = row + 1; k < side; k++)
        sum -= (upper[row * side + k] ?? 0) * (result[k * side + column] ?? 0);
      result[row * side + column] = sum / (upper[row * side + row] ?? 1);
    }
  }
  return result;
}

export function product(left: Matrix, right: Matrix, side: number): Matrix {
  const result = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let k = 0; k < side; k++) {
      const factor = left[row * side + k] ?? 0;
      for (let column = 0; column < side; column++) {
        result[row * side + column] =
          (result[row * side + column] ?? 0) + factor * (right[k * side + column] ?? 0);
      }
    }
  }
  return result;
}

/** A random rotation in the form that the invertible convolution keeps (flows/invertible-conv.ts). */
export function randomLu(
  side: number,
  random: RandomStream,
): Record<'permutation' | 'sign' | 'lower' | 'upper' | 'logDiagonal', Matrix> {
  const { permutation, lower, upper } = luDecomposition(randomOrthogonal(side, random), side);
  const diagonal = Float64Array.from({ length: side }, (_, row) => upper[row * side + row] ?? 1);
  for (let row = 0; row < side; row++) {
    lower[row * side + row] = 0;
    upper.fill(0, row * side, row * side + row + 1);
  }
  return {
    permutation,
    sign: diagonal.map(Math.sign),
    lower,
    upper,
    logDiagonal: diagonal.map((d) => Math.log(Math.abs(d))),
  };
}

function dotProduct(a: Matrix, b: Matrix): number {
  return a.reduce((sum, value, position) => sum + value * (b[position] ?? 0), 0);
}

function swapRows(matrix: Matrix, side: number, a: number, b: number): void {
  const saved = matrix.slice(a * side, (a + 1) * side);
  matrix.copyWithin(a * side, b * side, (b + 1) * side);
  matrix.set(saved, b * side);
}
