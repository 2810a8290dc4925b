import { grad, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { describe, it } from 'vitest';
import type { Tensor } from '../../../models/array.ts';
import { TARGETS, compileAndRun, evaluate, expectClose, expectSame } from '../evaluate.ts';
import { floats, ints } from '../samples.ts';
import { type ParityCase, parity } from './cases/parity-case.ts';
import type { Sample } from '../samples.ts';

/** The value and the gradients of a scalar function of the first `count` inputs. */
function gradients(
  name: string,
  loss: (...tensors: Tensor[]) => Tensor,
  inputs: readonly Sample[],
  count = inputs.length,
): ParityCase {
  return parity(
    name,
    (...tensors) => {
      const differentiated = valueAndGrad((moving: Tensor[]) => loss(...moving, ...tensors.slice(count)));
      const [value, slopes] = differentiated(tensors.slice(0, count));
      return [value, ...slopes];
    },
    inputs,
    5e-5,
  );
}

/** A sum in which every element weighs differently, so that a gradient in the wrong place shows. */
function weighted(x: Tensor): Tensor {
  const weights = Float32Array.from({ length: x.size }, (_, index) => Math.sin(index + 1));
  return np.sum(np.multiply(x, np.array(weights).reshape([...x.shape])));
}

type Options = NonNullable<Parameters<typeof lax.convGeneralDilated>[4]>;

const convolved =
  (strides: number[], padding: Parameters<typeof lax.convGeneralDilated>[3], options: Options = {}) =>
  (x: Tensor, kernel: Tensor) =>
    weighted(lax.convGeneralDilated(x, kernel, strides, padding, options));

function batchNorm(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const mean = np.mean(x.ref, [0, 2, 3], { keepdims: true });
  const centred = x.sub(mean);
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  const normalised = centred.div(np.sqrt(variance.add(1e-3)));
  return weighted(normalised.mul(scale.reshape([-1, 1, 1])).add(shift.reshape([-1, 1, 1])));
}

const cases: ParityCase[] = [
  gradients('a convolution', convolved([1, 1], 'SAME'), [floats([2, 3, 5, 6], 1), floats([4, 3, 3, 3], 2)]),
  gradients('a strided convolution', convolved([2, 2], 'SAME'), [
    floats([2, 3, 8, 7], 1),
    floats([4, 3, 3, 3], 2),
  ]),
  gradients('a strided convolution that leaves a rest', convolved([2, 3], 'VALID'), [
    floats([1, 2, 8, 9], 1),
    floats([3, 2, 3, 3], 2),
  ]),
  gradients('a dilated convolution', convolved([1, 1], 'VALID', { rhsDilation: [2, 2] }), [
    floats([1, 2, 7, 8], 1),
    floats([3, 2, 3, 3], 2),
  ]),
  gradients('a grouped convolution', convolved([1, 1], 'SAME', { featureGroupCount: 2 }), [
    floats([2, 4, 5, 5], 1),
    floats([6, 2, 3, 3], 2),
  ]),
  gradients(
    'uneven padding',
    convolved(
      [1, 2],
      [
        [0, 2],
        [3, 1],
      ],
    ),
    [floats([1, 2, 5, 6], 1), floats([3, 2, 3, 3], 2)],
  ),
  gradients(
    'max pooling',
    (x) => weighted(lax.reduceWindow(x, (v) => np.max(v), [1, 1, 2, 2], [1, 1, 2, 2])),
    [floats([2, 3, 4, 6])],
  ),
  gradients('batch norm', batchNorm, [floats([4, 3, 2, 2], 1), floats([3], 2), floats([3], 3)]),
  gradients('log-softmax', (x) => weighted(nn.logSoftmax(x, 1)), [floats([4, 5])]),
  gradients(
    'cross-entropy',
    (x, i) => np.negative(np.mean(np.takeAlongAxis(nn.logSoftmax(x, 1), i, 1))),
    [floats([4, 5]), ints([4, 1], 2, 0, 4)],
    1,
  ),
  gradients('a gather', (x, i) => weighted(np.take(x, i, 0)), [floats([5, 3]), ints([9], 2, 0, 4)], 1),
  gradients('a sort', (x) => weighted(np.sort(x)), [floats([3, 7])]),
  gradients('a choice', (x, y) => weighted(np.where(np.less(x.ref, y.ref), x.ref.mul(x), y)), [
    floats([3, 4], 1),
    floats([4], 2),
  ]),
  gradients('relu', (x, w) => weighted(nn.relu(np.matmul(x, w))), [floats([70, 5], 1), floats([5, 4], 2)]),
  gradients('leaky relu', (x) => weighted(nn.leakyRelu(x, 0.1)), [floats([3, 4])]),
  gradients('sigmoid and its logarithm', (x) => weighted(nn.sigmoid(x.ref)).add(weighted(nn.logSigmoid(x))), [
    floats([3, 4], 1, -6, 6),
  ]),
  gradients('products that broadcast', (x, y) => weighted(np.matmul(x, y)), [
    floats([2, 1, 3, 5], 1),
    floats([4, 5, 2], 2),
  ]),
  gradients('an einsum', (x, y) => weighted(np.einsum('bik,bjk->bij', x, y)), [
    floats([2, 3, 4], 1),
    floats([2, 5, 4], 2),
  ]),
  gradients(
    'elementwise operations that broadcast',
    (x, y) => weighted(x.mul(np.exp(y.ref)).div(y.mul(2).add(9))),
    [floats([2, 3, 4], 1), floats([3, 1], 2)],
  ),
  gradients('the largest', (x) => weighted(np.max(x, 1)), [floats([4, 6])]),
  gradients('a stopped gradient', (x) => weighted(x.ref.mul(lax.stopGradient(np.exp(x)))), [floats([5])]),
  gradients(
    'pieces put together again',
    (x) => {
      const [first, second, third] = np.split(x, [2, 3], 1);
      if (first === undefined || second === undefined || third === undefined)
        throw new RangeError('three pieces');
      return weighted(np.concatenate([third, first.mul(2), np.exp(second)], 1));
    },
    [floats([3, 6, 2])],
  ),
];

describe('a compiled gradient', () => {
  it.each(cases)('is the one of jax-js: $name', async ({ program, inputs, tolerance }) => {
    const expected = evaluate(program, inputs);
    for (const target of TARGETS) {
      expectSame(await compileAndRun(program, inputs, target), expected, tolerance);
    }
  });

  it('can be taken twice', async () => {
    const square = parity(
      'second derivative',
      (x) => {
        const slope = (v: Tensor) => np.sum(grad((u: Tensor) => np.sum(np.exp(u.ref).mul(u)))(v));
        return grad(slope)(x);
      },
      [floats([5])],
    );
    const expected = evaluate(square.program, square.inputs);
    // (u·eᵘ)″ = (u + 2)·eᵘ
    const [x] = Object.values(square.inputs);
    const closed = Array.from(x?.data ?? [], (u) => (u + 2) * Math.exp(u));
    expectClose(expected['out0']?.data ?? [], closed, 1e-4);
    for (const target of TARGETS) {
      expectSame(await compileAndRun(square.program, square.inputs, target), expected);
    }
  });
});
