import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/detectors/detector.ts';
import { outlierValue } from '../../../models/detectors/glow/outlier-value.ts';
import { marginLoss, outlierLoss } from '../../../models/losses/outlier.ts';
import { TARGETS, compileAndRun, expectClose } from '../evaluate.ts';
import { sample } from '../samples.ts';

const NORMAL = [-100, -250, -400];
const OUTLIER = [-350, -250, -100];
const GENERAL = [-200, -250, -300];
const SETTINGS = { weight: 50, temperature: 60 };
const MARGIN = 40;

const inputs = {
  normal: sample(NORMAL, [3]),
  outlier: sample(OUTLIER, [3]),
  general: sample(GENERAL, [3]),
};

const tensorsOf = (tensors: NamedTensors) => {
  const { normal, outlier, general } = tensors;
  if (normal === undefined || outlier === undefined || general === undefined) throw new RangeError('inputs');
  return { normal, outlier, general };
};

/** The loss and its gradient with respect to each likelihood. */
const program = (loss: (values: ReturnType<typeof tensorsOf>) => a.Tensor) => (tensors: NamedTensors) => {
  const { normal, outlier, general } = tensorsOf(tensors);
  const { value, gradients } = a.valueAndGradient(
    ([x, y, z]) => [
      loss(tensorsOf({ normal: x ?? normal, outlier: y ?? outlier, general: z ?? general })),
      [],
    ],
    [normal, outlier, general],
  );
  const [dNormal = value, dOutlier = value, dGeneral = value] = gradients;
  return { value, dNormal, dOutlier, dGeneral };
};

/** By central differences in float64. */
function slopes(loss: (values: readonly number[]) => number, at: readonly number[]): number[] {
  const step = 1e-4;
  return at.map((_, index) => {
    const moved = (by: number) =>
      loss(at.map((value, position) => (position === index ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

describe('the outlier loss', () => {
  // By hand: −50 · mean of ln σ(150/60), ln σ(0), ln σ(−200/60).
  const wanted = (50 * (Math.log1p(Math.exp(-2.5)) + Math.LN2 + Math.log1p(Math.exp(10 / 3)))) / 3;

  it('is the cross-entropy of a decision by the ratio', async () => {
    expect(wanted).toBeCloseTo(69.007, 3);
    for (const target of TARGETS) {
      const { value, dNormal, dOutlier, dGeneral } = await compileAndRun(
        program(({ outlier, general }) => outlierLoss(outlier, general, SETTINGS)),
        inputs,
        target,
      );
      expectClose(value?.data ?? [], [wanted], 1e-6);
      const value64 = (outlier: readonly number[]) =>
        outlierValue({ kind: 'ratio', ...SETTINGS }, { normal: NORMAL, outlier, general: GENERAL });
      expect(value64(OUTLIER)).toBeCloseTo(wanted, 10);
      expectClose(dOutlier?.data ?? [], slopes(value64, OUTLIER), 1e-5);
      // Neither what is normal nor the general model is moved by it.
      expectClose(dNormal?.data ?? [], [0, 0, 0]);
      expectClose(dGeneral?.data ?? [], [0, 0, 0]);
    }
  });
});

describe('the margin loss', () => {
  it('is what outliers lack of the margin', async () => {
    // 40 − 250, 40 + 0 and 40 + 300, the first being more than enough.
    const wanted = (0 + 40 + 340) / 3;
    for (const target of TARGETS) {
      const { value, dNormal, dOutlier } = await compileAndRun(
        program(({ normal, outlier }) => marginLoss(normal, outlier, MARGIN)),
        inputs,
        target,
      );
      expectClose(value?.data ?? [], [wanted], 1e-6);
      const value64 = (normal: readonly number[], outlier: readonly number[]) =>
        outlierValue({ kind: 'margin', margin: MARGIN }, { normal, outlier, general: [] });
      expect(value64(NORMAL, OUTLIER)).toBeCloseTo(wanted, 10);
      expectClose(
        dOutlier?.data ?? [],
        slopes((values) => value64(NORMAL, values), OUTLIER),
        1e-5,
      );
      expectClose(
        dNormal?.data ?? [],
        slopes((values) => value64(values, OUTLIER), NORMAL),
        1e-5,
      );
    }
  });
});
