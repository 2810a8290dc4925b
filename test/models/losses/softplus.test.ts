import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { softplus } from '../../../models/losses/softplus.ts';
import { TARGETS, compileAndRun, expectClose } from '../evaluate.ts';
import { sample } from '../samples.ts';

describe('softplus', () => {
  it('neither overflows nor loses small values', async () => {
    const x = sample([-100, -1, 0, 1, 100], [5]);
    const wanted = [0, Math.log1p(Math.exp(-1)), Math.LN2, 1 + Math.log1p(Math.exp(-1)), 100];
    for (const target of TARGETS) {
      const { y } = await compileAndRun(
        ({ x: tensor }) => ({ y: softplus(tensor ?? a.zeros([5])) }),
        { x },
        target,
      );
      expect(y?.data.every(Number.isFinite)).toBe(true);
      expectClose(y?.data ?? [], wanted, 1e-6);
    }
  });

  it('has the logistic function as its derivative, at 0 too', async () => {
    const x = sample([-30, -1, 0, 1, 30], [5]);
    const slope = (tensors: NamedTensors) => {
      const at = tensors['x'] ?? a.zeros([5]);
      const { value, gradients } = a.valueAndGradient(([y = at]) => [a.sum(softplus(y)), []], [at]);
      return { slope: gradients[0] ?? value };
    };
    const wanted = [-30, -1, 0, 1, 30].map((value) => 1 / (1 + Math.exp(-value)));
    for (const target of TARGETS) {
      expectClose((await compileAndRun(slope, { x }, target))['slope']?.data ?? [], wanted, 1e-6);
    }
  });
});
