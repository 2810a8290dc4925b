import { expect, it } from 'vitest';
import { aurocOf } from '../../../../main/api/ranking/auroc-of.ts';
import { bootstrapInterval } from '../../../../models/scoring/bootstrap.ts';
import { auroc } from '../../../../models/scoring/metrics.ts';

/** Scores that overlap, without a generator: every other method must come to the same. */
const scores = (count: number, shift: number) =>
  Array.from({ length: count }, (_, index) => shift + ((index * 7919) % count) / count);

it.each([50, 400, 600])(
  'gives the interval of resampling, whichever way it is computed: %i of each',
  (count) => {
    const [normal, anomalous] = [scores(count, 0), scores(count, 0.4)];
    const { estimate, interval } = aurocOf(normal, anomalous);
    const resampled = bootstrapInterval(normal, anomalous, auroc, { seed: 5 });
    expect(estimate).toBe(auroc(normal, anomalous));
    const width = resampled.high - resampled.low;
    expect(Math.abs(interval.low - resampled.low)).toBeLessThan(width / 5);
    expect(Math.abs(interval.high - resampled.high)).toBeLessThan(width / 5);
  },
);

it('answers for a hundred thousand images, where resampling would take minutes', () => {
  const { estimate, interval } = aurocOf(scores(50_000, 0), scores(50_000, 0.4));
  // Two uniform distributions, one shifted by s: 1 − (1 − s)² / 2.
  expect(estimate).toBeCloseTo(0.82, 4);
  expect(interval.high - interval.low).toBeLessThan(0.01);
}, 20_000);
