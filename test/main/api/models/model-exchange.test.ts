/** Models that travel as one file: really fitted, exported, imported into another home, and used there. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { exportModelFile, importModelFile } from '../../../../main/api/models/model-exchange.ts';
import {
  listModels,
  modelCardText,
  removeModel,
  unreadableModels,
} from '../../../../main/api/models/models.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { setThreshold } from '../../../../main/api/ranking/threshold.ts';
import { z } from 'zod';
import { SMALL_FIT } from '../small-fit.ts';
import {
  add,
  contextAt,
  copyImages,
  fitHooks,
  newFolder,
  refusalOf,
  screenHooks,
  temporaryContext,
} from '../workplace.ts';

let folder: string;
let ctx: Context;
let bytes: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  copyImages('fit', join(folder, 'fit'), 40);
  copyImages('screen/t1', join(folder, 'screen'), 8);
  await add(ctx, join(folder, 'fit'), 'flair');
  await add(ctx, join(folder, 'screen'), 'screen');
  await fitModel(ctx, { ...SMALL_FIT, steps: 4, name: 'general' }, fitHooks());
  await fitModel(ctx, { ...SMALL_FIT, steps: 4, name: 'flair/ratio', general: 'general' }, fitHooks());
  const file = await exportModelFile(ctx, (await listed(ctx, 'flair/ratio')).id);
  bytes = new Uint8Array(await file.arrayBuffer());
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listed(from: Context, name: string) {
  const model = (await listModels(from)).find((each) => each.name === name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return model;
}

async function scoresOf(from: Context, model: string) {
  await screenDataset(from, { model, dataset: 'screen', batchSize: 4 }, screenHooks());
  const { images } = await rank(from, { model, dataset: 'screen', score: 'ratio', limit: 20, offset: 0 });
  return images.map(({ relativePath, value }) => [relativePath, value]);
}

describe('a model as one file', () => {
  it('gives the same scores in another home, with its general model and its card', async () => {
    const there = await temporaryContext();
    const imported = await importModelFile(there, new Blob([bytes]));
    const original = await listed(ctx, 'flair/ratio');
    expect(imported).toEqual({
      ...original,
      id: imported.id,
      datasetId: null,
      generalModelId: imported.generalModelId,
    });
    expect((await listModels(there)).map(({ name }) => name)).toEqual(['flair/ratio', 'general']);
    expect(modelCardText(there, imported.id)).toBe(modelCardText(ctx, original.id));
    await add(there, join(folder, 'screen'), 'screen');
    expect(await scoresOf(there, 'flair/ratio')).toEqual(await scoresOf(ctx, 'flair/ratio'));
    const asked = { model: 'flair/ratio', score: null, falseAlarmRate: 0.2, reason: 'x' };
    const values = await Promise.all(
      [there, ctx].map(async (each) => (await setThreshold(each, asked)).threshold.value),
    );
    expect(values[0]).toBe(values[1]);
  });

  it('is named after the model, and exporting and importing are in the audit trail', async () => {
    const { id } = await listed(ctx, 'flair/ratio');
    expect((await exportModelFile(ctx, id)).name).toBe('flair_ratio.flowscreen-model');
    expect(ctx.store.audit.page({ action: 'model exported', offset: 0, limit: 1 }).rows).toMatchObject([
      { subject: 'model flair/ratio' },
    ]);
    const there = await temporaryContext();
    await importModelFile(there, new Blob([bytes]));
    const { rows } = there.store.audit.page({ offset: 0, limit: 9 });
    expect(rows.map(({ action, subject }) => `${action}: ${subject}`)).toEqual([
      'model imported: model flair/ratio',
      'model imported: model general',
    ]);
  });

  it('overwrites nothing, and shares a general model that is here already', async () => {
    const there = await temporaryContext();
    await importModelFile(there, new Blob([bytes]));
    await importModelFile(there, new Blob([bytes]));
    const third = await importModelFile(there, new Blob([bytes]));
    expect((await listModels(there)).map(({ name, general }) => [name, general])).toEqual([
      ['flair/ratio (imported 2)', 'general'],
      ['flair/ratio (imported)', 'general'],
      ['flair/ratio', 'general'],
      ['general', null],
    ]);
    removeModel(there, { id: third.id, reason: 'once is enough' });
    expect(await listModels(there)).toHaveLength(3);
    await expect(exportModelFile(there, third.id)).rejects.toThrow('may have been removed');
  });
});

describe('a model of a flowscreen to come', () => {
  it('hides no other, is named with what stands on it, and can be removed', async () => {
    const there = await temporaryContext();
    await importModelFile(there, new Blob([bytes]));
    const [known] = there.store.models.list();
    if (known === undefined) throw new Error('nothing was imported');
    const later = there.store.models.create({ ...known, name: 'later', settings: { preset: 'vast' } });
    const above = there.store.models.create({ ...known, name: 'above', generalModelId: later.id });

    expect((await listModels(there)).map(({ name }) => name)).toEqual(['flair/ratio', 'general']);
    const reason: unknown = expect.stringMatching(
      /^The model "later" was fitted with a flowscreen whose settings/,
    );
    expect(unreadableModels(there)).toEqual([
      { id: above.id, name: 'above', reason },
      { id: later.id, name: 'later', reason },
    ]);
    expect(() => modelCardText(there, later.id)).toThrow('cannot read');

    removeModel(there, { id: above.id, reason: 'of no use' });
    removeModel(there, { id: later.id, reason: 'of no use' });
    expect(unreadableModels(there)).toEqual([]);
    expect(await listModels(there)).toHaveLength(2);
  });
});

const manifestSchema = z.looseObject({
  models: z.array(z.looseObject({ name: z.string(), settings: z.looseObject({}) })),
});
type Manifest = z.infer<typeof manifestSchema>;

const HEAD = 16;

/** The file with another manifest, its length put right. */
function withManifest(change: (manifest: Manifest) => unknown): Blob {
  const length = Number(new DataView(bytes.buffer).getBigUint64(8, true));
  const text = new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length));
  const json = new TextEncoder().encode(JSON.stringify(change(manifestSchema.parse(JSON.parse(text)))));
  const head = bytes.slice(0, HEAD);
  new DataView(head.buffer).setBigUint64(8, BigInt(json.byteLength), true);
  return new Blob([head, json, bytes.slice(HEAD + length)]);
}

const withPart = (part: Record<string, unknown>) =>
  withManifest((manifest) => ({
    ...manifest,
    models: manifest.models.map((model) => ({ ...model, ...part })),
  }));

function withByte(at: number): Blob {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return new Blob([copy]);
}

describe('a file that is no model', () => {
  it.each<[string, () => Blob]>([
    ['empty', () => new Blob([])],
    ['something else', () => new Blob(['PK\u0003\u0004 a zip file, perhaps'])],
    ['cut inside the head', () => new Blob([bytes.slice(0, 12)])],
    ['cut inside the manifest', () => new Blob([bytes.slice(0, 400)])],
    ['cut inside the weights', () => new Blob([bytes.slice(0, -1)])],
    ['longer than it says', () => new Blob([bytes, 'x'])],
    ['a changed weight', () => withByte(bytes.length - 5)],
    ['a changed manifest', () => withByte(HEAD + 1)],
    [
      'a manifest of exabytes',
      () => new Blob([bytes.slice(0, 8), new Uint8Array(8).fill(255), bytes.slice(16)]),
    ],
    ['a newer version', () => withManifest((manifest) => ({ ...manifest, version: 3 }))],
    ['something unknown in it', () => withManifest((manifest) => ({ ...manifest, run: 'rm -rf /' }))],
    ['no model', () => withManifest((manifest) => ({ ...manifest, models: [] }))],
    ['another network', () => withPart({ settings: withNetwork({ hiddenChannels: 24 }) })],
    ['a network as large as the world', () => withPart({ settings: withNetwork({ scales: 1e9 }) })],
    [
      'images as large as the world',
      () => withPart({ preparation: { fit: 'resize', width: 8e9, height: 8, channels: 1 } }),
    ],
    [
      'images of other channels',
      () => withPart({ preparation: { fit: 'resize', width: 32, height: 32, channels: 3 } }),
    ],
    ['a hash that is a path', () => withPart({ weights: { sha256: '../../../../etc/passwd', bytes: 10 } })],
    ['a name of megabytes', () => withPart({ name: 'x'.repeat(3_000_000) })],
    ['a detector that nobody knows', () => withPart({ detector: 'oracle' })],
    ['the settings of another detector', () => withPart({ detector: 'hsc' })],
    ['numbers of files', () => withPart({ metrics: { heldOutFileIds: [1, 2] } })],
  ])('is refused and changes nothing: %s', async (_, make) => {
    const there = await temporaryContext();
    const refusal = await refusalOf(importModelFile(there, make()));
    expect(refusal.kind).toBe('bad-model-file');
    expect(refusal.message.length).toBeLessThan(400);
    expect(await listModels(there)).toEqual([]);
    expect(there.store.audit.page({ offset: 0, limit: 1 }).total).toBe(0);
  });
});

const ofGlow = z.looseObject({
  detector: z.looseObject({ settings: z.looseObject({ glow: z.looseObject({}) }) }),
});

/** The settings of the model with another network. */
function withNetwork(change: Record<string, unknown>) {
  const [record] = ctx.store.models.list();
  const { detector, ...others } = ofGlow.parse(record?.settings);
  const { settings } = detector;
  return {
    ...others,
    detector: { ...detector, settings: { ...settings, glow: { ...settings.glow, ...change } } },
  };
}
