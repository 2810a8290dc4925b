/** How many of the images that stand for anomalies a fit learns from. */
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { type FitRequest, fitModel, resumeFit } from '../../../../main/api/fit/fit.ts';
import { modelCardText } from '../../../../main/api/models/models.ts';
import { modelSettings } from '../../../../main/api/models/records.ts';
import { stoppingAt } from '../flair.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { add, contextAt, copyImages, fitHooks, newFolder, refusalOf } from '../workplace.ts';

const AVAILABLE = 6;

let folder: string;
let ctx: Context;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  copyImages('fit', join(folder, 'plain'), 20);
  copyImages('general/t1', join(folder, 'defects'), AVAILABLE);
  for (const name of ['plain', 'defects']) await add(ctx, join(folder, name), name);
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

function requestOf(name: string, images: number | null, seed = 1): FitRequest {
  const exposure = { dataset: 'defects', label: null, images };
  return { ...SMALL_FIT, dataset: 'plain', detector: 'hsc', name, exposure, seed, steps: 4 };
}

async function learnedFrom(name: string, images: number | null, seed?: number) {
  const { id } = await fitModel(ctx, requestOf(name, images, seed), fitHooks());
  return modelSettings.parse(ctx.store.models.get(id).settings).exposure;
}

it('are as many as were asked for, drawn by the seed', async () => {
  const two = await learnedFrom('two', 2);
  expect(two).toMatchObject({ images: 2, drawn: 2 });
  expect(await learnedFrom('the same two', 2)).toEqual(two);
  const others = await Promise.all(
    [2, 3, 4].map(async (seed) => (await learnedFrom(`seed ${seed}`, 2, seed))?.fingerprint),
  );
  expect(others.some((fingerprint) => fingerprint !== two?.fingerprint)).toBe(true);
  const { id } = ctx.store.models.find('two') ?? {};
  expect(modelCardText(ctx, id ?? 0)).toMatch(/\| defects: 2, drawn by the seed \(data [0-9a-f]{64}\) \|/);
});

it('are all of them where nothing is asked for, or more than there are', async () => {
  const all = await learnedFrom('all', null);
  expect(all).toMatchObject({ images: AVAILABLE });
  expect(all).not.toHaveProperty('drawn');
  expect(await learnedFrom('more', AVAILABLE + 1)).toEqual(all);
});

it('are at least one', async () => {
  const { kind, message } = await refusalOf(fitModel(ctx, requestOf('none', 0), fitHooks()));
  expect([kind, message]).toEqual(['invalid-request', expect.stringContaining('at least one image')]);
});

it('are the same ones when the fit goes on', async () => {
  const whole = await fitModel(ctx, requestOf('whole', 3), fitHooks());
  await refusalOf(fitModel(ctx, requestOf('in parts', 3), stoppingAt(2)));
  expect((await resumeFit(ctx, 'latest', fitHooks())).weightsHash).toBe(whole.weightsHash);
});
