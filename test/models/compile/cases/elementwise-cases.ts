import { lax, numpy as np } from '@jax-js/jax';
import type { Tensor } from '../../../../models/array.ts';
import { bools, floats, ints, sample, words } from '../../samples.ts';
import { type ParityCase, type ParityCases, parity } from './parity-case.ts';

const pairs = [
  ['equal shapes', [3, 4], [3, 4]],
  ['both broadcast', [3, 1], [1, 4]],
  ['leading axes', [2, 3, 4], [4]],
  ['a scalar', [2, 3], []],
  ['scalars', [], []],
] as const;

type Binary = (x: Tensor, y: Tensor) => Tensor;

function binary(f: Binary, more: readonly ParityCase[] = []): ParityCase[] {
  return [
    ...pairs.map(([name, left, right]) => parity(name, f, [floats(left, 1), floats(right, 2)])),
    parity('a literal', (x) => f(x, np.array(1.5)), [floats([2, 3])]),
    parity('int32', f, [ints([3, 1], 3), ints([1, 5], 4)]),
    ...more,
  ];
}

/** Over a scalar, a vector and a map, within the domain of the function. */
function unary(f: (x: Tensor) => Tensor, low: number, high: number, tolerance = 1e-5): ParityCase[] {
  return [[], [7], [2, 3, 4]].map((shape) =>
    parity(`[${shape.join()}]`, f, [floats(shape, 5, low, high)], tolerance),
  );
}

const ofBools = (f: Binary) => parity('bool', f, [bools([2, 8], 1), bools([2, 8], 2)]);

// Away from whole quotients, where one rounding error moves a floor.
const dividends = sample([7.25, -7.25, 5.5, -0.75, 3.25, 100.5], [6]);
const divisors = sample([2, 2, -1.75, 0.5, -8, 3], [6]);
const wholes = ints([20], 6, -30, 30);
const wholeDivisors = ints([20], 7, 1, 7);

export const elementwiseCases: ParityCases = {
  add: binary(np.add, [
    ofBools(np.add),
    parity('uint32', np.add, [words([4], 1), words([4], 2)]),
    parity('int32 and float32', np.add, [ints([2, 1]), floats([2, 3])]),
  ]),
  mul: binary(np.multiply, [
    ofBools(np.multiply),
    parity('int32 by bool', np.multiply, [ints([2, 3]), bools([3])]),
  ]),
  min: binary(np.minimum, [ofBools(np.minimum)]),
  max: binary(np.maximum, [ofBools(np.maximum)]),
  idiv: [
    parity('int32', np.floorDivide, [wholes, wholeDivisors]),
    parity('broadcast', np.floorDivide, [ints([4, 1], 8), ints([1, 3], 9, 1, 5)]),
    parity('float32 truncates towards zero', (x) => np.trunc(x), [dividends]),
  ],
  mod: [
    parity('float32 takes the sign of the dividend', (x, y) => x.mod(y), [dividends, divisors]),
    parity('int32', (x, y) => x.mod(y), [wholes, wholeDivisors]),
    parity('broadcast', (x, y) => x.mod(y), [floats([3, 1], 1), floats([1, 4], 2, 0.5, 3)]),
    parity('of NumPy', (x, y) => np.remainder(x, y), [dividends, divisors]),
  ],
  neg: [
    ...unary(np.negative, -3, 3),
    parity('int32', np.negative, [ints([5])]),
    parity('a difference', np.subtract, [floats([2, 3], 1), floats([3], 2)]),
  ],
  reciprocal: [
    ...unary(np.reciprocal, 0.5, 4),
    parity('a quotient', np.trueDivide, [floats([2, 3], 1), floats([3], 2, 1, 2)]),
  ],
  floor: unary(np.floor, -5, 5),
  ceil: unary(np.ceil, -5, 5),
  sin: unary(np.sin, -6, 6),
  cos: unary(np.cos, -6, 6),
  asin: unary(np.asin, -0.95, 0.95),
  atan: unary(np.atan, -9, 9),
  exp: [
    ...unary(np.exp, -8, 4),
    parity('limits', np.exp, [sample([-Infinity, Infinity, 0, 200, -200], [5])]),
  ],
  log: [...unary(np.log, 0.01, 9), parity('limits', np.log, [sample([0, Infinity, 1e-30, 1], [4])])],
  erf: unary(lax.erf, -3, 3),
  erfc: unary(lax.erfc, -3, 3),
  sqrt: [...unary(np.sqrt, 0, 9), parity('limits', np.sqrt, [sample([0, Infinity], [2])])],
  stop_gradient: [parity('passes its value', lax.stopGradient, [floats([2, 3])])],
  cast: [
    parity('float32 to int32 truncates', (x) => x.astype(np.int32), [floats([12], 1, -9, 9)]),
    parity('int32 to float32', (x) => x.astype(np.float32), [ints([5])]),
    parity('bool to float32', (x) => x.astype(np.float32), [bools([5])]),
    parity('bool to int32', (x) => x.astype(np.int32), [bools([5])]),
    parity('int32 to bool', (x) => x.astype(np.bool), [ints([30], 2, -2, 2)]),
    parity('uint32 to float32', (x) => x.astype(np.float32), [words([5], 1, 1000)]),
  ],
  compare: [
    parity('less', np.less, [ints([3, 1], 1, 0, 3), ints([1, 4], 2, 0, 3)]),
    parity('less or equal', np.lessEqual, [ints([3, 1], 1, 0, 3), ints([1, 4], 2, 0, 3)]),
    parity('greater', np.greater, [floats([3, 1], 1), floats([1, 4], 2)]),
    parity('greater or equal', np.greaterEqual, [floats([3, 4], 1), floats([], 2)]),
    parity('equal', np.equal, [ints([3, 1], 1, 0, 3), ints([1, 4], 2, 0, 3)]),
    parity('not equal', np.notEqual, [ints([3, 1], 1, 0, 3), ints([1, 4], 2, 0, 3)]),
    parity('bools', np.equal, [bools([9], 1), bools([9], 2)]),
    parity('a literal', (x) => np.less(x, 0.5), [floats([6])]),
    parity('a literal first', (x) => np.less(0.5, x), [floats([6])]),
    parity('int32 with a literal', (x) => np.less(x, 2), [ints([6])]),
  ],
  where: [
    parity('equal shapes', np.where, [bools([3, 4]), floats([3, 4], 1), floats([3, 4], 2)]),
    parity('all broadcast', np.where, [bools([3, 1]), floats([4], 1), floats([2, 1, 1], 2)]),
    parity('literals', (c) => np.where(c, 1, 0), [bools([5])]),
    parity('int32', np.where, [bools([5]), ints([5], 1), ints([5], 2)]),
    parity('bool', np.where, [bools([9], 1), bools([9], 2), bools([9], 3)]),
    parity('a literal choice', (c, x) => np.where(c, x, -1.5), [bools([2, 3]), floats([3])]),
    parity('relu', (x) => np.where(np.less(0, x.ref), x, 0), [floats([2, 3, 4])]),
    parity('magnitude', (x) => np.absolute(x), [floats([2, 3, 4])]),
  ],
  bit_combine: [
    parity('and of bools', np.bitwiseAnd, [bools([9], 1), bools([3, 1], 2)]),
    parity('or of bools', np.bitwiseOr, [bools([9], 1), bools([9], 2)]),
    parity('xor of bools', np.bitwiseXor, [bools([9], 1), bools([9], 2)]),
    parity('and of int32', np.bitwiseAnd, [ints([9], 1, -99, 99), ints([9], 2, -99, 99)]),
    parity('or of uint32', np.bitwiseOr, [words([9], 1), words([9], 2)]),
    parity('xor of uint32', np.bitwiseXor, [words([2, 1], 1), words([1, 4], 2)]),
  ],
  bit_shift: [
    parity('left, uint32', np.leftShift, [words([9], 1), words([9], 2, 31)]),
    parity('right, uint32', np.rightShift, [words([9], 1), words([9], 2, 31)]),
    parity('left, int32', np.leftShift, [ints([9], 1, 0, 99), ints([9], 2, 0, 7)]),
    parity('right, positive int32', np.rightShift, [ints([9], 1, 0, 9999), ints([9], 2, 0, 7)]),
    parity('right, negative int32', np.rightShift, [ints([9], 1, -9999, -1), ints([9], 2, 0, 7)]),
  ],
};
