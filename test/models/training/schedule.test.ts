import { describe, expect, it } from 'vitest';
import { learningRate } from '../../../models/training/schedule.ts';

describe('the learning rate', () => {
  const cosine = { peak: 2, warmupSteps: 10, totalSteps: 110, decay: 'cosine' } as const;

  it('rises in a line, reaching the peak with the last step of the warm-up', () => {
    expect([1, 5, 10].map((step) => learningRate(cosine, step))).toEqual([0.2, 1, 2]);
  });

  it('falls along half a cosine to a hundredth of the peak', () => {
    expect(learningRate(cosine, 60)).toBeCloseTo(2 * 0.505, 12);
    expect(learningRate(cosine, 110)).toBeCloseTo(0.02, 12);
    expect(learningRate(cosine, 500)).toBeCloseTo(0.02, 12);
    const rates = Array.from({ length: 101 }, (_, step) => learningRate(cosine, step + 10));
    expect(rates.every((rate, at) => at === 0 || rate < (rates[at - 1] ?? 0))).toBe(true);
  });

  it('stays at the peak when constant, and needs no warm-up', () => {
    const constant = { peak: 0.3, warmupSteps: 0, totalSteps: 5, decay: 'constant' } as const;
    expect([1, 5, 50].map((step) => learningRate(constant, step))).toEqual([0.3, 0.3, 0.3]);
  });

  it('falls in steps to a tenth after half of the run, to a hundredth after three quarters', () => {
    const steps = { peak: 1, warmupSteps: 0, totalSteps: 200, decay: 'steps' } as const;
    const rates = [1, 100, 101, 150, 151, 200].map((step) => learningRate(steps, step));
    expect(rates).toEqual([1, 1, 0.1, 0.1, 0.01, 0.01]);
  });
});
