/** InfoNCE (van den Oord et al. 2018) on unit vectors: which of many keys belongs to a query. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

/** Keeps the length of a zero vector from being a divisor. */
const EPSILON = 1e-12;

/** Rows at length 1. */
export function unitRows(x: Tensor): Tensor {
  const [rows = 1] = x.shape;
  const length = a.sqrt(a.add(a.sum(a.square(x), [1]), EPSILON));
  return a.divide(x, a.reshape(length, [rows, 1]));
}

/**
 * −ln e^(q·k₊/τ) / Σᵢ e^(q·kᵢ/τ) of each query, over its own key and a queue of others' (He et al. 2020, eq. 1). Keys are no function of
 * what is trained.
 * @param queries `[B, D]` @param keys `[B, D]`, row by row those that belong @param queue `[K, D]`, those that do not
 * @returns `[B]`
 */
export function infoNce(queries: Tensor, keys: Tensor, queue: Tensor, temperature: number): Tensor {
  const [batch = 1] = queries.shape;
  const own = a.divide(a.sum(a.multiply(queries, a.stopGradient(keys)), [1]), temperature);
  const others = a.divide(a.matmul(queries, a.transpose(a.stopGradient(queue), [1, 0])), temperature);
  const logits = a.concat([a.reshape(own, [batch, 1]), others], 1);
  return a.subtract(logSumOfRows(logits), own);
}

/** The same with the other rows' keys in place of a queue. */
export function infoNceWithin(queries: Tensor, keys: Tensor, temperature: number): Tensor {
  const own = a.divide(a.sum(a.multiply(queries, keys), [1]), temperature);
  const logits = a.divide(a.matmul(queries, a.transpose(keys, [1, 0])), temperature);
  return a.subtract(logSumOfRows(logits), own);
}

/** ln Σ e^x of each row, without overflow. */
function logSumOfRows(x: Tensor): Tensor {
  const [rows = 1] = x.shape;
  const largest = a.stopGradient(a.largest(x, [1]));
  return a.add(a.log(a.sum(a.exp(a.subtract(x, a.reshape(largest, [rows, 1]))), [1])), largest);
}
