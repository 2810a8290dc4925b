import { grad, lax, numpy as np } from '@jax-js/jax';
import type { Tensor } from '../../../../models/array.ts';
import { floats, ints } from '../../samples.ts';
import { type ParityCases, parity } from './parity-case.ts';

const maxPool = (window: number[], strides?: number[]) => (x: Tensor) =>
  lax.reduceWindow(x, (values) => np.max(values), window, strides);

const sumPool = (window: number[], strides?: number[]) => (x: Tensor) =>
  lax.reduceWindow(x, (values) => np.sum(values), window, strides);

/** The gradient of a weighted sum of pooled values: each window's weight is added back over the window. */
const pooledGradient =
  (pool: (x: Tensor) => Tensor) =>
  (x: Tensor, weights: Tensor): Tensor =>
    grad((values: Tensor) => np.sum(np.multiply(pool(values), weights)))(x);

export const windowCases: ParityCases = {
  pool: [
    parity('largest of 2×2', maxPool([2, 2], [2, 2]), [floats([6, 8])]),
    parity('overlapping windows', maxPool([3, 3], [1, 2]), [floats([6, 8])]),
    parity('images', maxPool([1, 1, 2, 2], [1, 1, 2, 2]), [floats([2, 3, 4, 6])]),
    parity('sums along one axis', sumPool([3], [2]), [floats([9])]),
    parity('windows that leave a rest', sumPool([2, 3], [2, 3]), [floats([5, 7])]),
    parity('int32', maxPool([2], [2]), [ints([6])]),
  ],
  pool_transpose: [
    parity('the gradient of sums', pooledGradient(sumPool([2, 2], [2, 2])), [
      floats([4, 6], 1),
      floats([2, 3], 2),
    ]),
    parity('overlapping windows', pooledGradient(sumPool([3], [1])), [floats([8], 1), floats([6], 2)]),
    parity('windows that leave a rest', pooledGradient(sumPool([2, 3], [2, 3])), [
      floats([5, 7], 1),
      floats([2, 2], 2),
    ]),
    parity('the gradient of largest', pooledGradient(maxPool([2, 2], [2, 2])), [
      floats([4, 6], 1),
      floats([2, 3], 2),
    ]),
    parity('images', pooledGradient(maxPool([1, 1, 2, 2], [1, 1, 2, 2])), [
      floats([2, 3, 4, 6], 1),
      floats([2, 3, 2, 3], 2),
    ]),
  ],
  scatter: [
    parity(
      'the gradient of rows',
      (x, i, w) => grad((values: Tensor) => np.sum(np.multiply(np.take(values, i, 0), w)))(x),
      [floats([4, 3], 1), ints([6], 2, 0, 3), floats([6, 3], 3)],
    ),
    parity(
      'the gradient of columns',
      (x, i, w) => grad((values: Tensor) => np.sum(np.multiply(np.take(values, i, 1), w)))(x),
      [floats([4, 3], 1), ints([5], 2, 0, 2), floats([4, 5], 3)],
    ),
    parity(
      'the gradient along an axis',
      (x, i, w) => grad((values: Tensor) => np.sum(np.multiply(np.takeAlongAxis(values, i, 1), w)))(x),
      [floats([3, 4], 1), ints([3, 6], 2, 0, 3), floats([3, 6], 3)],
    ),
    parity(
      'the gradient of two axes apart',
      (x, i, j, w) => grad((values: Tensor) => np.sum(np.multiply(values.slice(i, [], j), w)))(x),
      [floats([3, 4, 2], 1), ints([7], 2, 0, 2), ints([7], 3, 0, 1), floats([7, 4], 4)],
    ),
    parity('the gradient of a sort', (x, w) => grad((v: Tensor) => np.sum(np.multiply(np.sort(v), w)))(x), [
      floats([3, 5], 1),
      floats([3, 5], 2),
    ]),
  ],
};
