export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Unit eigenvectors, one a row, in the order of the values. */
  readonly vectors: Float64Array;
}

/** Sweeps after which rounding is all that is left, with a wide margin: convergence is quadratic. */
const MOST_SWEEPS = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix `[n, n]` by cyclic Jacobi rotations (Golub & Van Loan, Matrix
 * Computations, section 8.5): slower than tridiagonalisation by a constant, exact to rounding for small eigenvalues too.
 */
export function symmetricEigen(matrix: Float64Array, side: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(side * side);
  for (let i = 0; i < side; i++) vectors[i * side + i] = 1;
  const scale = Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, side) > Number.EPSILON * scale; sweep++) {
    for (let p = 0; p < side - 1; p++) {
      for (let q = p + 1; q < side; q++) rotate(a, vectors, side, p, q);
    }
  }
  const order = Array.from({ length: side }, (_, index) => index);
  const value = (index: number) => a[index * side + index] ?? 0;
  order.sort((one, other) => value(other) - value(one));
  const sorted = new Float64Array(side * side);
  order.forEach((from, to) => {
    sorted.set(vectors.subarray(from * side, (from + 1) * side), to * side);
  });
  return { values: Float64Array.from(order, value), vectors: sorted };
}

function offDiagonal(a: Float64Array, side: number): number {
  let sum = 0;
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < i; j++) sum += 2 * (a[i * side + j] ?? 0) ** 2;
  }
  return Math.sqrt(sum);
}

/** Makes a[p, q] vanish: a ← JᵀaJ, and the rows of `vectors` ← Jᵀ·vectors. */
function rotate(a: Float64Array, vectors: Float64Array, side: number, p: number, q: number): void {
  const apq = a[p * side + q] ?? 0;
  if (apq === 0) return;
  const theta = ((a[q * side + q] ?? 0) - (a[p * side + p] ?? 0)) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  turnRows(a, side, p, q, c, s);
  for (let i = 0; i < side; i++) {
    const ip = a[i * side + p] ?? 0;
    const iq = a[i * side + q] ?? 0;
    a[i * side + p] = c * ip - s * iq;
    a[i * side + q] = s * ip + c * iq;
  }
  turnRows(vectors, side, p, q, c, s);
}

function turnRows(a: Float64Array, side: number, p: number, q: number, c: number, s: number): void {
  for (let j = 0; j < side; j++) {
    const pj = a[p * side + j] ?? 0;
    const qj = a[q * side + j] ?? 0;
    a[p * side + j] = c * pj - s * qj;
    a[q * side + j] = s * pj + c * qj;
  }
}
