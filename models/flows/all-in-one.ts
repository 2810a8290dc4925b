/**
 * A block of a RealNVP on vectors `[B, D]`, in the style of FrEIA's AllInOne blocks (Ardizzone et al. 2018–2022; Dinh et al. 2017, eq. 7–8):
 * an affine coupling with a clamped scale, a learned global affine map, a fixed permutation.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import type { Transform } from './transform.ts';

export interface AllInOneParameters {
  /** Before the softplus that keeps the scale positive, `[D]`. */
  readonly scale: Tensor;
  readonly offset: Tensor;
  /** Where each output comes from, `[D]`: whole numbers, never trained. */
  readonly permutation: Tensor;
}

/** At this value of {@link AllInOneParameters.scale} the global affine map is the identity: softplus⁻¹(1). */
export const UNIT_SCALE = Math.log(Math.E - 1);

/** A block scales a dimension by e^±2 at the most. */
const CLAMP = 2;
/** The subnet's outputs start small, and so does what the block does. */
const SUBNET_GAIN = 0.1;
/** tanh is 1 from here on, in float32; e^2x must not overflow, as its derivative would be no number. */
const TANH_END = 20;

/** Of D dimensions: how many are kept, and how many are changed. */
export function keptAndChanged(dimensions: number): [kept: number, changed: number] {
  if (dimensions < 2)
    throw new RangeError(
      `a coupling needs at least two dimensions, not ${dimensions}: one half sets the other`,
    );
  const changed = Math.floor(dimensions / 2);
  return [dimensions - changed, changed];
}

/** @param subnet from the kept half to raw log-scales and shifts side by side, `[B, kept] → [B, 2·changed]` */
export function allInOne(
  subnet: (kept: Tensor) => Tensor,
  { scale, offset, permutation }: AllInOneParameters,
): Transform {
  const [dimensions = 1] = permutation.shape;
  const sizes = keptAndChanged(dimensions);
  const gain = a.log(a.add(a.exp(scale), 1));
  const matrix = permutationMatrix(permutation, dimensions);
  const coupled = (kept: Tensor): [logScale: Tensor, shift: Tensor] => {
    const [raw, shift] = pieces(a.multiply(subnet(kept), SUBNET_GAIN), [sizes[1], sizes[1]]);
    return [a.multiply(tanh(raw), CLAMP), shift];
  };
  return {
    forward(x) {
      const [kept, changed] = pieces(x, sizes);
      const [logScale, shift] = coupled(kept);
      const joined = a.concat([kept, a.add(a.multiply(changed, a.exp(logScale)), shift)], 1);
      return {
        y: a.matmul(a.add(a.multiply(joined, gain), offset), matrix),
        logDet: a.add(a.sum(logScale, [1]), a.sum(a.log(gain))),
      };
    },
    inverse(y) {
      const joined = a.divide(a.subtract(a.matmul(y, a.transpose(matrix, [1, 0])), offset), gain);
      const [kept, changed] = pieces(joined, sizes);
      const [logScale, shift] = coupled(kept);
      return a.concat([kept, a.multiply(a.subtract(changed, shift), a.exp(a.negative(logScale)))], 1);
    },
  };
}

function pieces(x: Tensor, sizes: readonly [number, number]): [Tensor, Tensor] {
  const [first, second] = a.split(x, sizes, 1);
  if (first === undefined || second === undefined) throw new RangeError('a vector has two pieces');
  return [first, second];
}

/** 1 − 2/(e^2x + 1) */
function tanh(x: Tensor): Tensor {
  const power = a.exp(a.multiply(a.minimum(x, TANH_END), 2));
  return a.subtract(1, a.multiply(a.reciprocal(a.add(power, 1)), 2));
}

/** `[D, D]` with x · matrix = x in the new order: a product is faster than a gather, above all its gradient. */
function permutationMatrix(order: Tensor, dimensions: number): Tensor {
  const rows = a.constant(
    Float32Array.from({ length: dimensions }, (_, row) => row),
    [dimensions, 1],
  );
  return a.where(a.less(a.absolute(a.subtract(rows, order)), 0.5), 1, 0);
}
