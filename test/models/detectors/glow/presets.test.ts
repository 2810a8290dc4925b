import { describe, expect, it } from 'vitest';
import { glowParameterSpecs } from '../../../../models/detectors/glow/parameters.ts';
import { fitSettings, glowSettings, preset } from '../../../../models/detectors/glow/presets.ts';
import { PRESETS } from '../../../../models/preset-name.ts';
import { learningRate } from '../../../../models/training/schedule.ts';

const shape = { channels: 3, height: 32, width: 32 } as const;

describe.each(PRESETS)('the preset %s', (name) => {
  const choices = { flipHorizontally: true };
  const fresh = fitSettings(preset(name), { ...choices, fineTuning: false });
  const tuned = fitSettings(preset(name), { ...choices, fineTuning: true });

  it.each([
    ['a fresh run', fresh],
    ['fine-tuning', tuned],
    ['a run of one step', fitSettings(preset(name), { ...choices, fineTuning: false, steps: 1 })],
    ['a run of 20 steps', fitSettings(preset(name), { ...choices, fineTuning: true, steps: 20 })],
  ])('has valid settings for %s', (_, settings) => {
    const { schedule, averagingDecay, evaluateEvery } = settings;
    expect(averagingDecay).toBeGreaterThanOrEqual(0);
    expect(averagingDecay).toBeLessThan(1);
    expect(schedule.warmupSteps).toBeLessThan(schedule.totalSteps);
    expect(Number.isInteger(evaluateEvery)).toBe(true);
    expect(evaluateEvery).toBeGreaterThanOrEqual(1);
    expect(evaluateEvery).toBeLessThanOrEqual(schedule.totalSteps);
    expect(settings).toMatchObject({ augmentation: { flipHorizontally: true } });
  });

  it('rises from a small step to the peak and ends at a hundredth of it', () => {
    for (const { schedule } of [fresh, tuned]) {
      const { peak, warmupSteps, totalSteps } = schedule;
      expect(learningRate(schedule, 1)).toBeCloseTo(peak / warmupSteps, 12);
      expect(learningRate(schedule, warmupSteps)).toBeCloseTo(peak, 12);
      expect(learningRate(schedule, totalSteps)).toBeCloseTo(peak / 100, 12);
    }
  });

  it('refines a fitted model more gently, and in no more steps', () => {
    expect(tuned.schedule.peak).toBeLessThan(fresh.schedule.peak);
    expect(tuned.schedule.totalSteps).toBeLessThanOrEqual(fresh.schedule.totalSteps);
  });

  it('takes the number of steps asked for', () => {
    const settings = fitSettings(preset(name), { ...choices, fineTuning: true, steps: 123 });
    expect(settings.schedule.totalSteps).toBe(123);
  });
});

describe('the paper preset', () => {
  it('is the published Glow: 3 scales, 32 steps, 512 channels, about 44 million parameters', () => {
    const settings = glowSettings(preset('paper'), shape);
    expect(settings).toEqual({ channels: 3, scales: 3, stepsPerScale: 32, hiddenChannels: 512 });
    const trained = glowParameterSpecs(settings).filter((spec) => spec.trained);
    const count = trained.reduce(
      (sum, spec) => sum + spec.shape.reduce((product, side) => product * side, 1),
      0,
    );
    expect(Math.round(count / 1e6)).toBe(44);
  });

  it('sees as many images as 250 epochs of 50,000', () => {
    const { batchSize, schedule } = fitSettings(preset('paper'), {
      fineTuning: false,
      flipHorizontally: true,
    });
    expect((batchSize * schedule.totalSteps) / 50_000).toBeCloseTo(250, 0);
  });
});
