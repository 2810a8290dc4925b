import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { contrastiveLoss, meanNegative } from '../../../models/losses/contrastive.ts';
import { TARGETS, type Program, compileAndRun, expectClose } from '../evaluate.ts';
import { sample } from '../samples.ts';

const FLOOR = -2;
const normal = [-1, 2.5, -4];
const contrast = [-7, -1.5, 3, -2.25];

const get = (tensors: NamedTensors, name: string) => tensors[name] ?? a.zeros([1]);

/** In float64, written down anew. */
function reference(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(x.map((value) => -value)) + mean(y.map((value) => (value > FLOOR ? value : FLOOR)));
}

describe('the contrastive loss', () => {
  it('is that of the formula', async () => {
    // −(−1 + 2.5 − 4)/3 + (−2 − 1.5 + 3 − 2)/4
    const expected = 2.5 / 3 - 2.5 / 4;
    expect(reference(normal, contrast)).toBeCloseTo(expected, 12);
    const program: Program = (t) => ({
      given: contrastiveLoss(get(t, 'x'), get(t, 'y'), FLOOR),
      held: contrastiveLoss(get(t, 'x'), get(t, 'y'), get(t, 'floor')),
    });
    const inputs = { x: sample(normal, [3]), y: sample(contrast, [4]), floor: sample([FLOOR], []) };
    for (const target of TARGETS) {
      const { given, held } = await compileAndRun(program, inputs, target);
      expectClose([...(given?.data ?? []), ...(held?.data ?? [])], [expected, expected], 1e-6);
    }
  });

  it('has the gradient of central differences: nothing pulls on what is below the floor', async () => {
    const program: Program = (t) => {
      const { gradients } = a.valueAndGradient(
        ([x, y]) => [contrastiveLoss(x ?? a.zeros([3]), y ?? a.zeros([4]), FLOOR), []],
        [get(t, 'x'), get(t, 'y')],
      );
      return { dx: gradients[0] ?? a.zeros([3]), dy: gradients[1] ?? a.zeros([4]) };
    };
    const step = 1e-5;
    const slopes = (values: readonly number[], loss: (moved: readonly number[]) => number) =>
      values.map((_, at) => {
        const by = (d: number) => loss(values.map((value, index) => (index === at ? value + d : value)));
        return (by(step) - by(-step)) / (2 * step);
      });
    const dy = slopes(contrast, (moved) => reference(normal, moved));
    expectClose(dy, [0, 0.25, 0.25, 0], 1e-9);
    for (const target of TARGETS) {
      const found = await compileAndRun(
        program,
        { x: sample(normal, [3]), y: sample(contrast, [4]) },
        target,
      );
      expectClose(
        found['dx']?.data ?? [],
        slopes(normal, (moved) => reference(moved, contrast)),
        1e-6,
      );
      expectClose(found['dy']?.data ?? [], dy, 1e-6);
    }
  });

  it('is plain maximum likelihood where nothing of the contrast set is above the floor', async () => {
    const program: Program = (t) => ({
      plain: meanNegative(get(t, 'x')),
      contrastive: contrastiveLoss(get(t, 'x'), get(t, 'y'), 5),
    });
    for (const target of TARGETS) {
      const inputs = { x: sample(normal, [3]), y: sample(contrast, [4]) };
      const { plain, contrastive } = await compileAndRun(program, inputs, target);
      expectClose(plain?.data ?? [], [2.5 / 3], 1e-6);
      expectClose(contrastive?.data ?? [], [2.5 / 3 + 5], 1e-6);
    }
  });
});
