/** Feature vectors that lie on a grid: `[h, w, D]`, row-major. */
export interface GridShape {
  readonly height: number;
  readonly width: number;
  readonly dimensions: number;
}

/** Means over each place and its neighbours, 3 × 3 within the grid: what a place sees grows (Roth et al. 2022, equation 2). */
export function neighbourhoodMeans(
  grid: Float32Array | Float64Array,
  { height, width, dimensions }: GridShape,
): Float64Array {
  const rows = boxSums(grid, width * dimensions, height);
  const means = new Float64Array(grid.length);
  for (let y = 0; y < height; y++) {
    const line = y * width * dimensions;
    const sums = boxSums(rows.subarray(line, line + width * dimensions), dimensions, width);
    for (let x = 0; x < width; x++) {
      const area = reach(y, height) * reach(x, width);
      for (let d = x * dimensions; d < (x + 1) * dimensions; d++) means[line + d] = (sums[d] ?? 0) / area;
    }
  }
  return means;
}

/** Of consecutive blocks: each with the one before and the one after. */
function boxSums(values: Float32Array | Float64Array, block: number, blocks: number): Float64Array {
  const sums = Float64Array.from(values);
  for (let index = 0; index < block * (blocks - 1); index++) {
    sums[index] = (sums[index] ?? 0) + (values[index + block] ?? 0);
    sums[index + block] = (sums[index + block] ?? 0) + (values[index] ?? 0);
  }
  return sums;
}

function reach(position: number, side: number): number {
  return Math.min(position + 1, side - 1) - Math.max(position - 1, 0) + 1;
}
