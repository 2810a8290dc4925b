import { expect, it } from 'vitest';
import { estimateFit } from '../../../../main/api/fit/fit-estimate.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { StepTrials } from '../../../../main/api/jobs/step-trials.ts';
import { flairContext } from '../flair.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { fitHooks } from '../workplace.ts';

const SQUARE = { fit: 'resize', width: 32, height: 32, channels: 1 } as const;

it('estimates from a trial, then from earlier fits', async () => {
  const ctx = await flairContext();
  const trials = new StepTrials(ctx);
  const datasetId = ctx.store.datasets.find('flair')?.id ?? NaN;
  const asked = {
    datasetId,
    detector: 'glow',
    preset: 'tiny',
    steps: 20,
    preparation: SQUARE,
    generalModelId: null,
    generalDatasetId: null,
    exposure: null,
    encoder: null,
  } as const;
  const tried = await estimateFit(ctx, trials, asked);
  expect(tried.steps).toBe(20);
  expect(tried.basis).toMatch(/^From a short trial on CPU/);
  expect(tried.seconds).toBeGreaterThan(0);

  await fitModel(ctx, { ...SMALL_FIT, batchSize: null }, fitHooks());
  const known = await estimateFit(ctx, trials, { ...asked, steps: 40 });
  expect(known.steps).toBe(40);
  expect(known.basis).toMatch(/^From the fit of "small" on CPU/);
  const larger = { ...SQUARE, width: 64, height: 64 };
  const scaled = await estimateFit(ctx, trials, { ...asked, steps: 40, preparation: larger });
  expect(scaled.seconds).toBeCloseTo((known.seconds ?? NaN) * 4);
  expect(scaled.basis).toContain('scaled to the size');
});
