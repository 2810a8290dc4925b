/** Several really fitted models on one screened dataset, against sums that are counted here one by one. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCombined } from '../../../../main/api/ranking/combined-evaluation.ts';
import { combinedRanking } from '../../../../main/api/ranking/combined-ranking.ts';
import type { Combination } from '../../../../preload/contract.ts';
import type { Context } from '../../../../main/api/context.ts';
import { evaluate } from '../../../../main/api/ranking/evaluate.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { comparableModels } from '../../../../main/api/ranking/comparable-models.ts';
import { findModel } from '../../../../main/api/models/known-models.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { combinedOutside } from '../../../../main/api/ranking/ranking-outside.ts';
import { findScreenRun } from '../../../../main/api/screening/screen-runs.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { SMALL_FIT } from '../small-fit.ts';
import {
  EXAMPLE,
  add,
  contextAt,
  copyImages,
  fitHooks,
  newFolder,
  refusalOf,
  screenHooks,
} from '../workplace.ts';

let folder: string;
let ctx: Context;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  for (const modality of ['flair', 't2']) {
    copyImages(`screen/${modality}`, join(folder, 'mixed', modality), 10);
  }
  copyImages('general/flair', join(folder, 'others'), 30);
  await add(ctx, join(EXAMPLE, 'fit'), 'flair');
  await add(ctx, join(folder, 'others'), 'others');
  await add(ctx, join(folder, 'mixed'), 'mixed', true);
  const features = { ...SMALL_FIT, encoder: 'filter-bank', steps: null, batchSize: null };
  await fitModel(ctx, { ...features, detector: 'k-nearest', name: 'nearest' }, fitHooks());
  await fitModel(ctx, { ...features, detector: 'pca', name: 'directions' }, fitHooks());
  await fitModel(ctx, { ...features, detector: 'pca', name: 'elsewhere', dataset: 'others' }, fitHooks());
  for (const seed of [1, 2]) {
    await fitModel(ctx, { ...SMALL_FIT, steps: 4, seed, name: `glow ${seed}` }, fitHooks());
  }
  for (const model of ['nearest', 'directions', 'elsewhere', 'glow 1', 'glow 2']) {
    await screenDataset(ctx, { model, dataset: 'mixed', batchSize: 8 }, screenHooks());
  }
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

const asked = (models: readonly string[], combine: Combination = 'tail') => ({
  models,
  combine,
  dataset: 'mixed',
  score: null,
  limit: 100,
  offset: 0,
});

/** Of each model: its held-out scores, and those of the screened images by their numbers. */
async function known(models: readonly string[]) {
  return Promise.all(
    models.map(async (model) => {
      const { score, images } = await rank(ctx, {
        model,
        dataset: 'mixed',
        score: null,
        limit: 100,
        offset: 0,
      });
      const heldOut = findModel(ctx, model).metrics.heldOutScores[score] ?? [];
      return { heldOut, scores: new Map(images.map(({ fileId, value }) => [fileId, value])) };
    }),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const atLeast = (values: readonly number[], value: number) => values.filter((each) => each >= value).length;

describe('several models as one', () => {
  it('rank by how rarely normals score as high, counted again on what all held out', async () => {
    const models = ['nearest', 'directions', 'glow 1'];
    const ranking = await combinedRanking(ctx, asked(models));
    expect(ranking).toMatchObject({ dataset: 'mixed', combine: 'tail', total: 20, remarks: [] });
    expect(ranking.models.map(({ model, score }) => [model, score])).toEqual([
      ['nearest', 'vector'],
      ['directions', 'vector'],
      ['glow 1', 'likelihood'],
    ]);
    const members = await known(models);
    const count = ranking.heldOutNormals;
    expect(members.map(({ heldOut }) => heldOut.length)).toEqual([count, count, count]);
    const combinedNormals = Array.from({ length: count }, (_, index) =>
      mean(members.map(({ heldOut }) => -Math.log(atLeast(heldOut, heldOut[index] ?? NaN) / count))),
    );
    expect(ranking.images.map((image) => image.rank)).toEqual(ranking.images.map((_, index) => index + 1));
    for (const { fileId, value, own, tail, label, relativePath } of ranking.images) {
      expect(own).toEqual(members.map(({ scores }) => scores.get(fileId)));
      const tails = own.map((score, index) => {
        const heldOut = members[index]?.heldOut ?? [];
        return (1 + atLeast(heldOut, score)) / (1 + count);
      });
      expect(value).toBeCloseTo(mean(tails.map((share) => -Math.log(share))), 12);
      expect(tail?.probability).toBeCloseTo((1 + atLeast(combinedNormals, value)) / (1 + count), 12);
      expect(tail?.normals).toBe(count);
      expect(relativePath).toContain(`${label ?? ''}/`);
    }
    const values = ranking.images.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('rank by the mean of deviations, for one detector from several seeds', async () => {
    const models = ['glow 1', 'glow 2'];
    const { images } = await combinedRanking(ctx, asked(models, 'mean'));
    const members = await known(models);
    for (const { value, own } of images) {
      const deviations = own.map((score, index) => {
        const heldOut = members[index]?.heldOut ?? [];
        const centre = mean(heldOut);
        return (score - centre) / Math.sqrt(mean(heldOut.map((normal) => (normal - centre) ** 2)));
      });
      expect(value).toBeCloseTo(mean(deviations), 10);
    }
    expect(images.map(({ value }) => value)).toEqual(
      images.map(({ value }) => value).toSorted((a, b) => b - a),
    );
    const [first, second] = images[0]?.own ?? [];
    expect(first).not.toBe(second);
  });

  it('are listed page by page, and leave the program without paths unless those are asked for', async () => {
    const request = asked(['nearest', 'glow 1']);
    const all = await combinedRanking(ctx, request);
    const page = await combinedRanking(ctx, { ...request, limit: 3, offset: 5 });
    expect(page.images).toEqual(all.images.slice(5, 8));
    expect(JSON.stringify(combinedOutside(all, false))).not.toContain('.png');
    expect(combinedOutside(all, true).images[0]).toMatchObject({
      relativePath: all.images[0]?.relativePath,
    });
  });

  it('are evaluated beside each one of them, against pairs counted one by one', async () => {
    const models = ['nearest', 'directions'];
    const { images } = await combinedRanking(ctx, asked(models));
    const evaluation = await evaluateCombined(ctx, { ...asked(models), normalLabels: ['flair'] });
    expect(evaluation).toMatchObject({ normalLabels: ['flair'], anomalousLabels: ['t2'], unlabelled: 0 });
    expect(evaluation.scores.map(({ score }) => score)).toEqual([
      'combined',
      'nearest: vector',
      'directions: vector',
    ]);
    const of = (label: string) => images.filter((image) => image.label === label);
    const wins = of('flair').flatMap((normal) =>
      of('t2').map(({ value }) => (value > normal.value ? 1 : value === normal.value ? 0.5 : 0)),
    );
    expect(evaluation.scores[0]).toMatchObject({ normal: 10, anomalous: 10 });
    expect(evaluation.scores[0]?.auroc).toBeCloseTo(mean(wins), 12);
    const alone = await evaluate(ctx, { model: 'nearest', dataset: 'mixed', normalLabels: ['flair'] });
    expect(evaluation.scores[1]).toEqual({ ...alone.scores[0], score: 'nearest: vector' });
  });

  it('are offered with those that held out the same images; of the others it is said why not', async () => {
    const { run } = findScreenRun(ctx, { model: 'directions', dataset: 'mixed' });
    const { dataset, models } = comparableModels(ctx, run.id);
    expect(dataset).toBe('mixed');
    expect(models.map(({ model, score, refusal }) => [model, score, refusal === null])).toEqual([
      ['directions', 'vector', true],
      ...['glow 2', 'glow 1', 'elsewhere', 'nearest'].map((model) => [
        model,
        model.startsWith('glow') ? 'likelihood' : 'vector',
        model !== 'elsewhere',
      ]),
    ]);
    const apart = await refusalOf(combinedRanking(ctx, asked(['directions', 'elsewhere'])));
    expect(models.find(({ model }) => model === 'elsewhere')?.refusal).toBe(apart.message);
    for (const { model, runId } of models) {
      expect(findScreenRun(ctx, { model, dataset: 'mixed' }).run.id).toBe(runId);
    }
  });

  it('show what was decided in the screening of each', async () => {
    const before = await combinedRanking(ctx, asked(['nearest', 'directions']));
    const [first] = before.images;
    const runId = before.models[1]?.runId ?? 0;
    const flag = { verdict: 'flag', note: null } as const;
    ctx.store.decisions.set(runId, [first?.fileId ?? 0], flag, 'a reader');
    const after = await combinedRanking(ctx, asked(['nearest', 'directions']));
    expect(after.images.map(({ verdicts }) => verdicts)).toEqual(
      before.images.map((_, index) => [null, index === 0 ? 'flag' : null]),
    );
  });

  it('are refused where they do not go together, with what to do', async () => {
    const refused = (models: string[], combine?: Combination, score: string | null = null) =>
      refusalOf(combinedRanking(ctx, { ...asked(models, combine), score }));
    expect(await refused(['nearest', 'elsewhere'])).toMatchObject({
      kind: 'invalid-request',
      message:
        '"nearest" and "elsewhere" held out different normal images, so that their scores cannot be combined; fit both on the same images of the same dataset, with the same grouping.',
    });
    expect((await refused(['nearest'])).message).toContain('two models or more');
    expect((await refused(['nearest', 'nearest'])).message).toContain('each named once');
    expect((await refused(['nearest', 'glow 1'], 'mean')).message).toBe(
      'The mean is of one score of one detector fitted with several seeds, which "nearest" (vector of Nearest neighbours) and "glow 1" (likelihood of Glow) are not; combine them by their tail probabilities.',
    );
    expect((await refused(['nearest', 'glow 1'], 'tail', 'likelihood')).kind).toBe('unknown-score');
    expect((await refused(['nearest', 'nobody'])).kind).toBe('unknown-model');
    await fitModel(ctx, { ...SMALL_FIT, steps: 2, name: 'new' }, fitHooks());
    expect(await refused(['nearest', 'new'])).toMatchObject({
      kind: 'no-scores',
      message: '"mixed" has not been screened with "new"; screen it first.',
    });
  });

  it('leave out what one of them has not scored, and say so', async () => {
    const request = asked(['directions', 'glow 2']);
    const before = await combinedRanking(ctx, request);
    const [gone] = before.images;
    const runId = before.models[1]?.runId ?? 0;
    ctx.store.scores.saveBatch(runId, [{ fileId: gone?.fileId ?? 0, failure: 'It could not be read.' }]);
    const after = await combinedRanking(ctx, request);
    expect(after.images.map(({ fileId }) => fileId)).toEqual(
      before.images.slice(1).map(({ fileId }) => fileId),
    );
    expect(after).toMatchObject({
      total: 19,
      remarks: ['One image is left out, as not every model has scored it.'],
    });
  });
});
