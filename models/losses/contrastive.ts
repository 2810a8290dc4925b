/** Losses of a density that is fitted to one set of samples, against another. Log-densities in nats. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

/** E[−log p(x)]: plain maximum likelihood. @param logDensity `[B]` */
export function meanNegative(logDensity: Tensor): Tensor {
  return a.negative(a.mean(logDensity));
}

/**
 * E_{x∼p}[−log p_θ(x)] + E_{y∼q}[max(log p_θ(y), ε)]: its optimum is the normalised positive difference C·(p − q)·1{p > q} as ε falls (Schmier,
 * Köthe, Straehle 2023, "Positive Difference Distribution for Image Outlier Detection using Normalizing Flows and Contrastive Data").
 * @param normal log p_θ(x) `[B]`
 * @param contrast log p_θ(y) `[B']`
 * @param floor ε, a scalar: what lies below it is unlikely enough
 */
export function contrastiveLoss(normal: Tensor, contrast: Tensor, floor: Tensor | number): Tensor {
  return a.add(meanNegative(normal), a.mean(a.maximum(contrast, floor)));
}
