import { expect, it } from 'vitest';
import { estimateEncoder } from '../../../../main/api/encoders/encoder-estimate.ts';
import { StepTrials } from '../../../../main/api/jobs/step-trials.ts';
import { flairContext } from '../flair.ts';

it('estimates the training of an encoder from a trial, in proportion to its steps', async () => {
  const ctx = await flairContext();
  const trials = new StepTrials(ctx);
  const datasetId = ctx.store.datasets.find('flair')?.id ?? NaN;
  const asked = { datasetId, preset: 'tiny', preparation: null } as const;
  const whole = await estimateEncoder(ctx, trials, { ...asked, steps: null });
  expect(whole.steps).toBe(100);
  expect(whole.basis).toMatch(/^From a short trial on CPU/);
  const seconds = async (steps: number) =>
    (await estimateEncoder(ctx, trials, { ...asked, steps })).seconds ?? NaN;
  const [twenty, forty, sixty] = [await seconds(20), await seconds(40), await seconds(60)];
  expect(twenty).toBeGreaterThan(0);
  expect(sixty - forty).toBeGreaterThan(0);
  expect(sixty - forty).toBeCloseTo(forty - twenty);
  await expect(estimateEncoder(ctx, trials, { ...asked, datasetId: 99, steps: 1 })).rejects.toMatchObject({
    kind: 'unknown-dataset',
  });
});
