import { lax, numpy as np, random } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../models/array.ts';
import { TARGETS, type Program } from '../evaluate.ts';
import { compile } from '../../../models/compile/compile.ts';
import { UnsupportedPrimitive } from '../../../models/compile/lowering/context.ts';
import { trace } from '../../../models/compile/trace.ts';

const square = { name: 'x', shape: [4, 4], type: 'float32' } as const;

function of(f: (x: Tensor) => Tensor): Program {
  return ({ x }) => {
    if (x === undefined) throw new RangeError('no input x');
    return { y: f(x) };
  };
}

describe('a primitive without a lowering', () => {
  it.each([
    ['lu', of((x) => np.linalg.det(x))],
    ['cholesky', of((x) => np.linalg.cholesky(x))],
    ['triangular_solve', of((x) => lax.linalg.triangularSolve(x.ref, x))],
    ['fft', of((x) => np.fft.fft({ real: x.ref, imag: x }).real)],
    ['random_bits', of((x) => x.add(random.uniform(random.key(np.sum(x.ref).astype(np.uint32)), [4, 4])))],
    ['bitcast', of((x) => lax.bitcastConvertType(x, np.int32))],
    ['bit_count', of((x) => np.bitwiseCount(x.astype(np.int32)))],
  ])('is named by the error: %s', (primitive, program) => {
    const traced = trace(program, [square]);
    for (const target of TARGETS) {
      expect(() => compile(traced, target)).toThrow(UnsupportedPrimitive);
      expect(() => compile(traced, target)).toThrow(
        `The operation "${primitive}" cannot be compiled to ONNX: express the model without it.`,
      );
    }
  });
});
