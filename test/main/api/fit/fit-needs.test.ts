/** What a detector needs is asked for, and what it cannot use refused, before anything begins. */
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { type FitRequest, fitModel } from '../../../../main/api/fit/fit.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { add, contextAt, copyImages, fitHooks, newFolder, refusalOf } from '../workplace.ts';

let folder: string;
let ctx: Context;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  for (const label of ['flair', 't1']) copyImages(`general/${label}`, join(folder, 'two', label), 20);
  copyImages('fit', join(folder, 'plain'), 20);
  await add(ctx, join(folder, 'two'), 'two', true);
  await add(ctx, join(folder, 'plain'), 'plain');
  await fitModel(ctx, { ...SMALL_FIT, dataset: 'plain', steps: 2, name: 'glow' }, fitHooks());
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

const EXPOSURE = { dataset: 'two', label: 't1', images: null };
const FLOW = { detector: 'contrastive-flow', encoder: 'filter-bank' };

describe('a fit is refused', () => {
  it.each<[string, Partial<FitRequest>, string, RegExp]>([
    [
      'of a detector that nobody knows',
      { detector: 'oracle' },
      'unknown-detector',
      /no detector "oracle"; choose one of glow, dense-glow/,
    ],
    [
      'without an encoder',
      { detector: 'plain-flow' },
      'invalid-request',
      /^Flow on features needs an encoder; choose one\.$/,
    ],
    [
      'with an encoder that is not there',
      { detector: 'plain-flow', encoder: 'resnet' },
      'unknown-encoder',
      /no encoder named "resnet"/,
    ],
    [
      'with an encoder that it cannot use',
      { encoder: 'filter-bank' },
      'invalid-request',
      /^Glow takes no encoder; leave it out\.$/,
    ],
    [
      'without what stands for anomalies',
      { detector: 'hsc' },
      'invalid-request',
      /needs a dataset of images that stand for anomalies; choose one/,
    ],
    [
      'with exposure images that it cannot use',
      { exposure: EXPOSURE },
      'invalid-request',
      /^Glow takes no images that stand for anomalies/,
    ],
    [
      'with general images that it cannot use',
      { detector: 'pixelcnn', generalDataset: 'two' },
      'invalid-request',
      /takes no general images/,
    ],
    [
      'with a general model that it cannot use',
      { detector: 'deep-svdd', general: 'glow' },
      'invalid-request',
      /takes no general model/,
    ],
    [
      'with nothing to contrast',
      FLOW,
      'invalid-request',
      /needs a dataset of general images or a dataset of images that stand for anomalies; choose one/,
    ],
    [
      'with a general model of another detector',
      { detector: 'pixelcnn', general: 'glow' },
      'preset-mismatch',
      /takes no general model of Glow/,
    ],
    [
      'with steps that it does not take',
      { detector: 'k-nearest', encoder: 'filter-bank', batchSize: null },
      'invalid-request',
      /is computed in one go; leave the steps out/,
    ],
    [
      'with softened copies that mean nothing to it',
      { detector: 'hsc', exposure: EXPOSURE, softened: true },
      'invalid-request',
      /is no likelihood of pixels; leave softened copies out/,
    ],
    [
      'with softened copies beside general images',
      { generalDataset: 'two', softened: true },
      'invalid-request',
      /only where it is fitted without general images; leave one of the two out/,
    ],
    [
      'with normal images that stand for anomalies',
      { detector: 'hsc', dataset: 'two', exposure: { dataset: 'two', label: null, images: null } },
      'invalid-request',
      /cannot be normal and stand for anomalies at once/,
    ],
    [
      'with normal images that stand for anomalies, by their label',
      { detector: 'hsc', dataset: 'two', label: 't1', exposure: EXPOSURE },
      'invalid-request',
      /cannot be normal and stand for anomalies at once/,
    ],
    [
      'with exposure images of a label that is not there',
      { detector: 'hsc', exposure: { dataset: 'two', label: 'scratch', images: null } },
      'unknown-label',
      /has the label "scratch"; choose one of "flair", "t1"/,
    ],
    [
      'with kinds that nobody told apart',
      { detector: 'class-glow' },
      'invalid-request',
      /of two kinds at least/,
    ],
    [
      'with one kind of several',
      { detector: 'class-glow', dataset: 'two', label: 't1' },
      'invalid-request',
      /leave the one label out/,
    ],
  ])('%s', async (_, changes, kind, sentence) => {
    const refusal = await refusalOf(
      fitModel(ctx, { ...SMALL_FIT, dataset: 'plain', name: 'new', ...changes }, fitHooks()),
    );
    expect(refusal.kind).toBe(kind);
    expect(refusal.message).toMatch(sentence);
    expect(refusal.message.length).toBeLessThan(400);
    // Nothing has begun.
    expect(ctx.store.runs.list({ kind: 'fit' })).toHaveLength(1);
  });
});

describe('a Glow with general images', () => {
  it('is fitted against them, by the ratio where it has a general model', async () => {
    for (const [name, general] of [
      ['margin', null],
      ['ratio', 'glow'],
    ] as const) {
      const request = { ...SMALL_FIT, dataset: 'plain', steps: 2, name, general, generalDataset: 'two' };
      const { id } = await fitModel(ctx, request, fitHooks());
      expect(ctx.store.models.get(id).settings).toMatchObject({
        detector: { id: 'glow', settings: { outliers: { kind: name } } },
        generalImages: { dataset: 'two', label: null, images: 40 },
      });
    }
  });
});
