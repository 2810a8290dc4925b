import { describe, expect, it } from 'vitest';
import { crossEntropy, focalLoss } from '../../../models/losses/classification.ts';
import { softplus } from '../../../models/losses/softplus.ts';
import { expectClose } from '../evaluate.ts';
import { centralDifferences, valuesAndSlopes } from './slopes.ts';

const logits = [-30, -4, -1, -0.1, 0.2, 1, 5, 30];

/** −(1 − p)^γ·log p in float64, from probabilities. */
const focal = (anomalous: boolean, gamma: number) => (logit: number) => {
  const wrong = anomalous ? -logit : logit;
  // −log p; log1p keeps what 1 + e^−30 would lose.
  const cost = Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
  return (1 / (1 + Math.exp(-wrong))) ** gamma * cost;
};

describe('classification losses', () => {
  it('give what was computed by hand', async () => {
    // p = σ(0) = ½: log 2, and (½)²·log 2.
    expect((await valuesAndSlopes((x) => crossEntropy(x, true), [0])).values[0]).toBeCloseTo(Math.LN2, 6);
    expect((await valuesAndSlopes((x) => focalLoss(x, true, 2), [0])).values[0]).toBeCloseTo(Math.LN2 / 4, 6);
    // p(normal) = 1 − σ(log 3) = ¼: −log ¼ = 1.386294, times (¾)² = 0.779791.
    const x = [Math.log(3)];
    expect((await valuesAndSlopes((logit) => crossEntropy(logit, false), x)).values[0]).toBeCloseTo(
      1.386294,
      5,
    );
    expect((await valuesAndSlopes((logit) => focalLoss(logit, false, 2), x)).values[0]).toBeCloseTo(
      0.779791,
      5,
    );
  });

  it.each([
    [true, 0],
    [false, 0],
    [true, 2],
    [false, 2],
    [true, 0.5],
  ])('have the slopes of central differences in float64 (anomalous %s, γ = %d)', async (anomalous, gamma) => {
    const exact = focal(anomalous, gamma);
    const { values, slopes } = await valuesAndSlopes((x) => focalLoss(x, anomalous, gamma), logits);
    expectClose(values, logits.map(exact), 1e-5, 'values');
    expectClose(slopes, centralDifferences(exact, logits), 1e-4, 'slopes');
  });

  it('is cross-entropy at γ = 0', async () => {
    expect(await valuesAndSlopes((x) => focalLoss(x, true, 0), logits)).toEqual(
      await valuesAndSlopes((x) => crossEntropy(x, true), logits),
    );
  });

  it('stay finite where e^x is not', async () => {
    const { values, slopes } = await valuesAndSlopes(softplus, [-1e4, 1e4]);
    expect(values).toEqual([0, 1e4]);
    expect(slopes).toEqual([0, 1]);
    const far = await valuesAndSlopes((x) => focalLoss(x, true, 2), [-1e4, 1e4]);
    expect([...far.values, ...far.slopes].every(Number.isFinite)).toBe(true);
  });
});
