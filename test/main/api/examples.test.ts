/** The bundled example, with its fitted models. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../main/api/ranking/evaluate.ts';
import { EXAMPLE_DATASETS, addExample } from '../../../main/api/examples.ts';
import { StepTrials } from '../../../main/api/jobs/step-trials.ts';
import { estimateFit } from '../../../main/api/fit/fit-estimate.ts';
import { findModel } from '../../../main/api/models/known-models.ts';
import { temporaryContext } from './workplace.ts';

describe('the bundled example', () => {
  it('is ready to explore: datasets, models that know what they were fitted on, a screening that finds something', async () => {
    const ctx = await temporaryContext();
    const phases: string[] = [];
    const hooks = {
      signal: new AbortController().signal,
      onProgress: ({ phase }: { phase: string }) => phases.push(phase),
    };
    const runId = await addExample(ctx, hooks);
    const names = ctx.store.datasets.list().map(({ name }) => name);
    expect(names.sort()).toEqual(Object.values(EXAMPLE_DATASETS).sort());
    const model = findModel(ctx, 'Example FLAIR');
    const fitted = ctx.store.datasets.find(EXAMPLE_DATASETS.fit);
    expect(model.record.datasetId).toBe(fitted?.id);
    expect(model.metrics.heldOutFileIds).toHaveLength(model.metrics.heldOutImages);
    expect(model.metrics.heldOutScores['ratio']).toHaveLength(model.metrics.heldOutImages);
    expect(model.record.generalModelId).toBe(findModel(ctx, 'Example brain MRI').record.id);
    expect(ctx.store.scores.counts(runId)).toEqual({ screened: 308, failed: 0 });
    expect([...new Set(phases)]).toEqual(['reading images', 'adding models', 'scoring']);

    const { scores } = await evaluate(ctx, {
      model: 'Example FLAIR',
      dataset: EXAMPLE_DATASETS.screen,
      normalLabels: ['flair'],
    });
    const best = Math.max(...scores.map(({ auroc }) => auroc));
    expect(best).toBeGreaterThan(0.8);

    // What its models say of another machine is no measure of this one.
    const estimate = await estimateFit(ctx, new StepTrials(ctx), {
      datasetId: model.record.datasetId ?? 0,
      detector: 'glow',
      generalModelId: null,
      generalDatasetId: null,
      exposure: null,
      encoder: null,
      preset: 'tiny',
      steps: null,
      preparation: null,
    });
    expect(estimate.basis).toContain('short trial');

    // A second click changes nothing.
    expect(await addExample(ctx, hooks)).toBe(runId);
    expect(ctx.store.models.list()).toHaveLength(2);
    expect(ctx.store.runs.list()).toHaveLength(1);
  });
});
