import { lax, numpy as np } from '@jax-js/jax';
import { bools, floats, ints } from '../../samples.ts';
import { type ParityCases, parity } from './parity-case.ts';

export const movementCases: ParityCases = {
  reshape: [
    parity('merges axes', (x) => x.reshape([6, 4]), [floats([2, 3, 4])]),
    parity('splits an axis', (x) => x.reshape([2, 2, 3, 2]), [floats([4, 6])]),
    parity('to a scalar', (x) => x.reshape([]), [floats([1, 1])]),
    parity('adds and drops units', (x) => x.reshape([1, 3, 1, 2]), [floats([3, 1, 2])]),
    parity('int32', (x) => x.reshape([6]), [ints([2, 3])]),
    parity('bool', (x) => x.reshape([6]), [bools([2, 3])]),
  ],
  transpose: [
    parity('a matrix', (x) => np.transpose(x), [floats([2, 3])]),
    parity('a cycle of axes', (x) => np.transpose(x, [2, 0, 1]), [floats([2, 3, 4])]),
    parity('unit axes', (x) => np.transpose(x, [3, 0, 2, 1]), [floats([2, 1, 3, 1])]),
    parity('images to channels-last', (x) => np.transpose(x, [0, 2, 3, 1]), [floats([2, 3, 4, 5])]),
    parity('bool', (x) => np.transpose(x), [bools([2, 3])]),
  ],
  broadcast: [
    parity('a scalar', (x) => np.broadcastTo(x, [2, 3]), [floats([])]),
    parity('leading axes', (x) => np.broadcastTo(x, [2, 4, 3]), [floats([3])]),
    parity('a unit axis', (x) => np.broadcastTo(x, [2, 3, 4]), [floats([2, 1, 4])]),
    parity('new and unit axes', (x) => np.broadcastTo(x, [5, 2, 3]), [floats([2, 1])]),
    parity('int32', (x) => np.broadcastTo(x, [2, 3]), [ints([3])]),
    parity('then summed', (x) => np.sum(np.broadcastTo(x, [4, 3]), 1), [floats([3])]),
  ],
  flip: [
    parity('all axes', (x) => np.flip(x), [floats([2, 3])]),
    parity('the first axis', (x) => np.flip(x, 0), [floats([3, 2])]),
    parity('the last axis', (x) => np.flip(x, -1), [floats([2, 3, 4])]),
    parity('two axes', (x) => np.flip(x, [1, 2]), [floats([2, 3, 4])]),
    parity('a unit axis', (x) => np.flip(x, 0), [floats([1, 4])]),
    parity('int32', (x) => np.flip(x), [ints([5])]),
  ],
  shrink: [
    parity('a middle', (x) => x.slice([1, 4]), [floats([5, 3])]),
    parity('two axes', (x) => x.slice([0, 2], [1, 3]), [floats([3, 4])]),
    parity('one element', (x) => x.slice(2, 1), [floats([3, 4])]),
    parity('int32', (x) => x.slice([1, 3]), [ints([4])]),
  ],
  pad: [
    parity('all sides', (x) => np.pad(x, 1), [floats([2, 3])]),
    parity(
      'one side',
      (x) =>
        np.pad(x, [
          [0, 2],
          [0, 0],
        ]),
      [floats([2, 3])],
    ),
    parity('int32', (x) => np.pad(x, [[1, 2]]), [ints([3])]),
    parity('bool', (x) => np.pad(x, [[1, 2]]), [bools([3])]),
  ],
  concatenate: [
    parity('two', (x, y) => np.concatenate([x, y], 0), [floats([2, 3], 1), floats([1, 3], 2)]),
    parity('three on the last axis', (x, y, z) => np.concatenate([x, y, z], 1), [
      floats([2, 3], 1),
      floats([2, 1], 2),
      floats([2, 2], 3),
    ]),
    parity(
      'many',
      (x) =>
        np.concatenate(
          Array.from({ length: 20 }, () => x.ref),
          0,
        ),
      [floats([2])],
    ),
    parity('int32', (x, y) => np.concatenate([x, y], 0), [ints([2], 1), ints([3], 2)]),
    parity('bool', (x, y) => np.concatenate([x, y], 0), [bools([2], 1), bools([3], 2)]),
  ],
  split: [
    parity('halves', (x) => np.split(x, 2, 1), [floats([2, 4, 3])]),
    parity('unequal pieces', (x) => np.split(x, [1, 4], 0), [floats([6, 2])]),
    parity('more than eight pieces', (x) => np.split(x, 20, 0), [floats([20, 3])]),
    parity('single elements', (x) => np.split(x, 3), [floats([3])]),
    parity('int32', (x) => np.split(x, [2]), [ints([5])]),
  ],
  gather: [
    parity('rows', (x, i) => np.take(x, i, 0), [floats([4, 3]), ints([5], 1, 0, 3)]),
    parity('columns', (x, i) => np.take(x, i, 1), [floats([4, 3]), ints([5], 1, 0, 2)]),
    parity('an index array of two axes', (x, i) => np.take(x, i, 1), [
      floats([2, 5, 3]),
      ints([2, 3], 1, 0, 4),
    ]),
    parity('along an axis', (x, i) => np.takeAlongAxis(x, i, 1), [floats([3, 4]), ints([3, 2], 1, 0, 3)]),
    parity('two axes at once', (x, i, j) => x.slice(i, j), [
      floats([3, 4, 2]),
      ints([5], 1, 0, 2),
      ints([5], 2, 0, 3),
    ]),
    parity('indices that broadcast', (x, i, j) => x.slice(i, j), [
      floats([3, 4, 2]),
      ints([2, 1], 1, 0, 2),
      ints([1, 3], 2, 0, 3),
    ]),
    parity('axes apart', (x, i, j) => x.slice(i, [], j), [
      floats([3, 4, 2]),
      ints([5], 1, 0, 2),
      ints([5], 2, 0, 1),
    ]),
    parity('int32', (x, i) => np.take(x, i, 0), [ints([4, 3]), ints([5], 1, 0, 3)]),
  ],
  sort: [
    parity('a vector', (x) => np.sort(x), [floats([9])]),
    parity('the last axis', (x) => np.sort(x), [floats([3, 5])]),
    parity('another axis', (x) => np.sort(x, 0), [floats([5, 3])]),
    parity('ties', (x) => np.sort(x), [ints([12], 1, 0, 3)]),
  ],
  argsort: [
    parity('a vector', (x) => np.argsort(x), [floats([9])]),
    parity('another axis', (x) => np.argsort(x, 0), [floats([5, 3])]),
    parity('ties stay in order', (x) => np.argsort(x), [ints([12], 1, 0, 3)]),
    parity('the k largest', (x) => lax.topK(x, 2), [floats([3, 5])]),
  ],
};
