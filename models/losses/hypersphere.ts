/**
 * Losses that gather normal images around the origin of a network's outputs, and keep others away. Of the squared distance
 * s = ‖φ(x)‖² of each image, `[B] → [B]`.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

/** Keeps what is divided by, or taken the logarithm of, from being 0 (Ruff et al. 2020, "Deep Semi-Supervised Anomaly Detection", eq. 7). */
const FLOOR = 1e-9;

/** `[B, D] → [B]` */
export function squaredNorm(output: Tensor): Tensor {
  return a.sum(a.square(output), [1]);
}

/** Deep SAD of images that are known to be anomalous: (s + 1e-9)⁻¹. Of normal ones it is s itself, as Deep SVDD. */
export function inverseDistance(squared: Tensor): Tensor {
  return a.reciprocal(a.add(squared, FLOOR));
}

/** How a distance becomes the exponent of a probability; the paper's is pseudo-Huber, the others are its ablation. */
export const RADIAL_FUNCTIONS = ['pseudo-huber', 'squared-norm', 'norm'] as const;
export type RadialFunction = (typeof RADIAL_FUNCTIONS)[number];

/** Where the norm's slope at the origin, which is infinite, ends. */
const LEAST_SQUARE = 1e-12;

/** h(z) of the squared norm: √(s + 1) − 1, written without the difference that cancels near 0; s; or √s. */
export function radial(kind: RadialFunction, squared: Tensor): Tensor {
  switch (kind) {
    case 'pseudo-huber':
      return a.divide(squared, a.add(a.sqrt(a.add(squared, 1)), 1));
    case 'squared-norm':
      return squared;
    case 'norm':
      return a.sqrt(a.add(squared, LEAST_SQUARE));
  }
}

/** The same of one number, in float64. */
export function radialOf(kind: RadialFunction, squared: number): number {
  switch (kind) {
    case 'pseudo-huber':
      return squared / (Math.sqrt(squared + 1) + 1);
    case 'squared-norm':
      return squared;
    case 'norm':
      return Math.sqrt(squared);
  }
}

/** Below this 1 − e^−h is summed as its series, which cancels nothing. */
const SERIES_END = 0.5;
/** Of e^−h; at {@link SERIES_END} the next term is below float32's rounding. */
const SERIES_TERMS = 8;

/**
 * −log(1 − e^−h): what the hypersphere classifier pays for an anomalous image (Ruff et al. 2020, "Rethinking Assumptions in Deep
 * Anomaly Detection", eq. 5); of a normal one it pays h itself. At most 20.7, at h = 0.
 */
export function negativeLogComplement(h: Tensor): Tensor {
  const near = a.minimum(h, SERIES_END);
  // 1 − e^−h = h·(1 − h/2·(1 − h/3·(1 − …))), from the inside out.
  let nested: Tensor | number = 1;
  for (let term = SERIES_TERMS; term > 1; term--)
    nested = a.subtract(1, a.multiply(a.multiply(near, 1 / term), nested));
  const complement = a.where(
    a.less(h, SERIES_END),
    a.multiply(near, nested),
    a.subtract(1, a.exp(a.negative(h))),
  );
  return a.negative(a.log(a.add(complement, FLOOR)));
}
