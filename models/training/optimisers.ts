/** Optimisers as pairs: the state they start from, and one update. All arithmetic is traced into the step's graph. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import type { OptimiserSettings } from '../run-settings.ts';

/** One parameter tensor and what the optimiser remembers about it. */
export interface Slot {
  readonly parameter: Tensor;
  /** Mean of gradients. */
  readonly first: Tensor;
  /** Adam: mean of squares. Adamax: decayed maximum of magnitudes. */
  readonly second: Tensor;
}

/** Scalars of one step, computed on the host in float64. */
export interface StepScalars {
  /** Learning rate with the bias correction of the first moment. */
  readonly stepSize: Tensor;
  /** Bias correction of the second moment; Adamax has none. */
  readonly secondCorrection: Tensor;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Learning rate and corrections of step t = 1, 2, … (Kingma & Ba 2015, algorithms 1 and 2). */
export function stepScalars(
  learningRate: number,
  step: number,
): { stepSize: number; secondCorrection: number } {
  return { stepSize: learningRate / (1 - BETA1 ** step), secondCorrection: 1 / (1 - BETA2 ** step) };
}

/** Both moments start at zero. */
export function initialMoments(size: number): {
  first: Float32Array<ArrayBuffer>;
  second: Float32Array<ArrayBuffer>;
} {
  return { first: new Float32Array(size), second: new Float32Array(size) };
}

/**
 * The slot after one step. Where `accepted` (a boolean scalar) is false, it comes out as it went in: a non-finite
 * gradient must leave no trace.
 */
export function update(
  settings: OptimiserSettings,
  slot: Slot,
  gradient: Tensor,
  scalars: StepScalars,
  accepted: Tensor,
): Slot {
  const { parameter } = slot;
  const decayed =
    settings.weightDecay === 0 ? gradient : a.add(gradient, a.multiply(parameter, settings.weightDecay));
  const g = a.where(accepted, decayed, 0);
  const keep = (beta: number) => a.where(accepted, beta, 1);
  const first = a.add(a.multiply(slot.first, keep(BETA1)), a.multiply(g, 1 - BETA1));
  const second =
    settings.kind === 'adamax'
      ? a.maximum(a.multiply(slot.second, keep(BETA2)), a.absolute(g))
      : a.add(a.multiply(slot.second, keep(BETA2)), a.multiply(a.square(g), 1 - BETA2));
  const size = settings.kind === 'adamax' ? second : a.sqrt(a.multiply(second, scalars.secondCorrection));
  const step = a.multiply(a.divide(first, a.add(size, EPSILON)), a.where(accepted, scalars.stepSize, 0));
  return { parameter: a.subtract(parameter, step), first, second };
}
