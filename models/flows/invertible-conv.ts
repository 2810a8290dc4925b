/** The invertible 1×1 convolution in its LU form, W = P·L·(U + diag(s)) (Kingma & Dhariwal 2018, eq. 10). */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, mixChannels } from './layout.ts';
import type { Transform } from './transform.ts';

/** Any number of leading axes: a stack of K convolutions is composed at once. */
export interface LuParameters {
  /** Fixed. `[..., C, C]` */
  readonly permutation: Tensor;
  /** Fixed signs of s. `[..., C]` */
  readonly sign: Tensor;
  /** Only the part below the diagonal is read. `[..., C, C]` */
  readonly lower: Tensor;
  /** Only the part above the diagonal is read. `[..., C, C]` */
  readonly upper: Tensor;
  /** log |s|. `[..., C]` */
  readonly logDiagonal: Tensor;
}

/** W `[..., C, C]` for y = W·x, x a column. log |det W| = Σ log|s|. */
export function composeWeight({ permutation, sign, lower, upper, logDiagonal }: LuParameters): Tensor {
  const channels = lower.shape.at(-1) ?? 1;
  const below = triangleMask(channels, (row, column) => column < row);
  const above = triangleMask(channels, (row, column) => column > row);
  const identity = triangleMask(channels, (row, column) => row === column);
  const scale = a.multiply(sign, a.exp(logDiagonal));
  const diagonal = a.multiply(a.reshape(scale, [...scale.shape, 1]), identity);
  const l = a.add(a.multiply(lower, below), identity);
  const u = a.add(a.multiply(upper, above), diagonal);
  return a.matmul(permutation, a.matmul(l, u));
}

export interface ChannelMatrix {
  /** W `[C, C]`, y = W·x at every pixel. */
  readonly weight: Tensor;
  /** W⁻¹, needed by the inverse alone. */
  readonly inverse: Tensor;
  /** log |det W|, a scalar. */
  readonly logDet: Tensor;
}

export function invertibleConv({ weight, inverse, logDet }: ChannelMatrix, layout: Layout): Transform {
  return {
    forward: (x) => ({ y: mixChannels(x, a.transpose(weight, [1, 0]), layout), logDet }),
    inverse: (y) => mixChannels(y, a.transpose(inverse, [1, 0]), layout),
  };
}

function triangleMask(side: number, included: (row: number, column: number) => boolean): Tensor {
  const data = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) data[row * side + column] = included(row, column) ? 1 : 0;
  }
  return a.constant(data, [side, side]);
}
