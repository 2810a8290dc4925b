/**
 * The lower triangle L of a symmetric positive definite matrix A = L·Lᵀ, `[n, n]` row-major.
 * @throws {RangeError} where A is not positive definite
 */
export function cholesky(matrix: Float64Array, side: number): Float64Array {
  const lower = new Float64Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * side + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * side + k] ?? 0) * (lower[j * side + k] ?? 0);
      if (i === j && !(sum > 0))
        throw new RangeError(`pivot ${i} is ${sum}: the matrix is not positive definite`);
      lower[i * side + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * side + j] ?? 1);
    }
  }
  return lower;
}

/** Solves L·y = x in place, by forward substitution. */
export function solveLower(lower: ArrayLike<number>, side: number, x: Float64Array): void {
  for (let i = 0; i < side; i++) {
    let sum = x[i] ?? 0;
    const start = i * side;
    for (let k = 0; k < i; k++) sum -= (lower[start + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[start + i] ?? 1);
  }
}
