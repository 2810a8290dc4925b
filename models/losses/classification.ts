/** Losses of telling two classes apart, of the logit of "anomalous", `[B] → [B]`. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { softplus } from './softplus.ts';

/**
 * −(1 − p)^γ·log p, with p the probability of the true class (Lin et al. 2017, eq. 4); γ = 0 is binary cross-entropy. Without
 * α, as batches hold as many of either class.
 */
export function focalLoss(logit: Tensor, anomalous: boolean, gamma: number): Tensor {
  const wrong = anomalous ? a.negative(logit) : logit;
  // −log p = softplus(wrong), and −log(1 − p) = softplus(−wrong).
  const crossEntropy = softplus(wrong);
  if (gamma === 0) return crossEntropy;
  return a.multiply(a.exp(a.multiply(softplus(a.negative(wrong)), -gamma)), crossEntropy);
}

/** Binary cross-entropy. */
export function crossEntropy(logit: Tensor, anomalous: boolean): Tensor {
  return focalLoss(logit, anomalous, 0);
}
