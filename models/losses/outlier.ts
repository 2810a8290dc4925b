/** Losses that push likelihood away from outliers, on log-likelihoods in nats. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { softplus } from './softplus.ts';

/**
 * −λ · mean ln σ((log p_g(x_g) − log p_in(x_g)) / T), Schirrmeister et al. 2020, section 3.2: a classifier between the two models, whose
 * decision is their likelihood ratio.
 * @param own log p_in(x_g) `[B]`
 * @param general log p_g(x_g) `[B]`, which is not trained
 */
export function outlierLoss(
  own: Tensor,
  general: Tensor,
  { weight, temperature }: { readonly weight: number; readonly temperature: number },
): Tensor {
  const towardsOwn = a.divide(a.subtract(own, a.stopGradient(general)), temperature);
  return a.multiply(a.mean(softplus(towardsOwn)), weight);
}

/**
 * mean max(0, margin + NLL_in(x_in) − NLL_in(x_g)), Hendrycks et al. 2019: outliers are less likely by the margin.
 * @param normal log p_in(x_in) `[B]`
 * @param outlier log p_in(x_g) `[B]`
 */
export function marginLoss(normal: Tensor, outlier: Tensor, margin: number): Tensor {
  return a.mean(a.relu(a.add(a.subtract(outlier, normal), margin)));
}
