import { lax, numpy as np } from '@jax-js/jax';
import type { Tensor } from '../../../../models/array.ts';
import { bools, floats, ints } from '../../samples.ts';
import { type ParityCases, parity } from './parity-case.ts';

interface Convolution {
  readonly strides?: number[];
  readonly padding?: [number, number][] | 'SAME' | 'VALID';
  readonly lhsDilation?: number[];
  readonly rhsDilation?: number[];
  readonly featureGroupCount?: number;
}

const convolve =
  ({ strides = [1, 1], padding = 'VALID', ...options }: Convolution) =>
  (x: Tensor, kernel: Tensor) =>
    lax.convGeneralDilated(x, kernel, strides, padding, options);

const convolution = (
  name: string,
  image: readonly number[],
  kernel: readonly number[],
  options: Convolution = {},
) => parity(name, convolve(options), [floats(image, 1), floats(kernel, 2)], 2e-5);

export const contractionCases: ParityCases = {
  reduce: [
    parity('a sum of all', (x) => np.sum(x), [floats([2, 3, 4])]),
    parity('a sum of the first axis', (x) => np.sum(x, 0), [floats([2, 3, 4])]),
    parity('a sum of outer axes', (x) => np.sum(x, [0, 2]), [floats([2, 3, 4])]),
    parity('a sum of many rows', (x) => np.sum(x, 0), [floats([70, 3])]),
    parity('a kept axis', (x) => np.sum(x, 1, { keepdims: true }), [floats([2, 3])]),
    parity('a mean', (x) => np.mean(x, 1), [floats([2, 3])]),
    parity('a product', (x) => np.prod(x, 1), [floats([2, 3])]),
    parity('the largest', (x) => np.max(x, [0, 1]), [floats([2, 3, 4])]),
    parity('the smallest', (x) => np.min(x), [floats([2, 3])]),
    parity('a sum of int32', (x) => np.sum(x, 0), [ints([4, 3])]),
    parity('the largest int32', (x) => np.max(x, 1), [ints([4, 3])]),
    parity('any', (x) => np.any(x, 1), [bools([6, 2])]),
    parity('all', (x) => np.all(x, 1), [bools([6, 2])]),
  ],
  dot: [
    parity('vectors', np.dot, [floats([5], 1), floats([5], 2)]),
    parity('matrices', np.matmul, [floats([3, 5], 1), floats([5, 4], 2)]),
    parity('a matrix and a vector', np.matmul, [floats([3, 5], 1), floats([5], 2)]),
    parity('a vector and a matrix', np.matmul, [floats([5], 1), floats([5, 4], 2)]),
    parity('batches', np.matmul, [floats([2, 3, 5], 1), floats([2, 5, 4], 2)]),
    parity('batches that broadcast', np.matmul, [floats([2, 1, 3, 5], 1), floats([6, 5, 4], 2)]),
    parity('one matrix for a batch', np.matmul, [floats([2, 3, 5], 1), floats([5, 4], 2)]),
    parity('a transposed operand', (x, y) => np.matmul(x, np.transpose(y)), [
      floats([3, 5], 1),
      floats([4, 5], 2),
    ]),
    parity('both operands transposed', (x, y) => np.matmul(np.transpose(x), np.transpose(y)), [
      floats([5, 3], 1),
      floats([4, 5], 2),
    ]),
    parity('a transposed product', (x, y) => np.transpose(np.matmul(x, y)), [
      floats([3, 5], 1),
      floats([5, 4], 2),
    ]),
    parity('a bias', (x, y, b) => np.add(np.matmul(x, y), b), [
      floats([3, 5], 1),
      floats([5, 4], 2),
      floats([4], 3),
    ]),
    parity('sizes of one', np.matmul, [floats([1, 5], 1), floats([5, 1], 2)]),
    parity('one summand', np.matmul, [floats([3, 1], 1), floats([1, 4], 2)]),
    parity('einsum', (x, y) => np.einsum('bhqd,bkhd->bhqk', x, y), [
      floats([2, 3, 4, 5], 1),
      floats([2, 6, 3, 5], 2),
    ]),
    parity('a broadcast operand', (x, y) => np.matmul(np.broadcastTo(x, [6, 3, 5]), y), [
      floats([3, 5], 1),
      floats([6, 5, 4], 2),
    ]),
    parity(
      'both operands repeat',
      (x, y) => np.matmul(np.broadcastTo(x, [6, 3, 5]), np.broadcastTo(y, [6, 5, 2])),
      [floats([3, 5], 1), floats([5, 2], 2)],
    ),
    parity('a repeated summand', (x, y) => np.matmul(np.broadcastTo(x, [3, 5]), y), [
      floats([3, 1], 1),
      floats([5, 4], 2),
    ]),
    parity('int32', np.matmul, [ints([3, 5], 1), ints([5, 4], 2)]),
    parity('int32, transposed', (x, y) => np.matmul(x, np.transpose(y)), [ints([3, 5], 1), ints([4, 5], 2)]),
    parity('int32, with a bias', (x, y, b) => np.add(np.matmul(x, y), b), [
      ints([3, 5], 1),
      ints([5, 4], 2),
      ints([4], 3),
    ]),
  ],
  conv: [
    convolution('1×1', [2, 3, 4, 5], [6, 3, 1, 1]),
    convolution('without padding', [2, 3, 6, 7], [4, 3, 3, 3]),
    convolution('same size', [2, 3, 6, 7], [4, 3, 3, 3], { padding: 'SAME' }),
    convolution('an even kernel', [1, 2, 6, 7], [3, 2, 2, 4], { padding: 'SAME' }),
    convolution('strides', [2, 3, 9, 8], [4, 3, 3, 3], { strides: [2, 3] }),
    convolution('strides and padding', [2, 3, 8, 8], [4, 3, 3, 3], { strides: [2, 2], padding: 'SAME' }),
    convolution('uneven padding', [1, 2, 5, 5], [3, 2, 3, 3], {
      padding: [
        [0, 2],
        [3, 1],
      ],
    }),
    convolution('the same size, off centre', [1, 2, 5, 6], [3, 2, 3, 3], {
      padding: [
        [0, 2],
        [2, 0],
      ],
    }),
    convolution('negative padding', [1, 2, 7, 7], [3, 2, 3, 3], {
      padding: [
        [-1, 1],
        [0, -2],
      ],
    }),
    convolution('a dilated kernel', [1, 2, 9, 9], [3, 2, 3, 3], { rhsDilation: [2, 3] }),
    convolution('a dilated input', [1, 2, 4, 5], [3, 2, 3, 3], {
      lhsDilation: [2, 3],
      padding: [
        [1, 2],
        [2, 2],
      ],
    }),
    convolution('groups', [2, 6, 5, 5], [4, 3, 3, 3], { featureGroupCount: 2, padding: 'SAME' }),
    convolution('depthwise', [2, 4, 5, 6], [4, 1, 3, 3], { featureGroupCount: 4, padding: 'SAME' }),
    convolution('one axis', [2, 3, 9], [4, 3, 3], { strides: [2], padding: [[1, 1]] }),
    convolution('three axes', [1, 2, 4, 5, 3], [3, 2, 2, 3, 1], {
      strides: [1, 1, 1],
      padding: [
        [0, 0],
        [1, 1],
        [0, 0],
      ],
    }),
    convolution('a kernel as large as the image', [2, 3, 5, 5], [4, 3, 5, 5]),
  ],
};
