/** Models on features that travel as one file, with their encoder. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_ANSWERS, addUploaded, uploadEncoder } from '../../../../main/api/encoders/add-encoder.ts';
import type { Context } from '../../../../main/api/context.ts';
import { listEncoders, removeEncoder } from '../../../../main/api/encoders/encoders.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { exportModelFile, importModelFile } from '../../../../main/api/models/model-exchange.ts';
import { listModels } from '../../../../main/api/models/models.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { mixingEncoder } from '../../engine/encoders/mixing-encoder.ts';
import { onnxBytes } from '../../engine/encoders/write-onnx.ts';
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
let onnx: Uint8Array<ArrayBuffer>;

async function addMixing(to: Context): Promise<void> {
  const { sha256 } = await uploadEncoder(to, new File([onnx], 'mixing.onnx'));
  const answers = { ...NO_ANSWERS, normalisation: 'zero-to-one', grid: 'map' } as const;
  await addUploaded(to, { sha256, fileName: 'mixing.onnx', name: 'mixing', answers });
}

beforeAll(async () => {
  folder = newFolder();
  onnx = onnxBytes(mixingEncoder(['N', 3, 'h', 'w']));
  ctx = await contextAt(join(folder, 'home'));
  copyImages('fit', join(folder, 'fit'), 40);
  copyImages('screen/t1', join(folder, 'screen'), 8);
  await add(ctx, join(folder, 'fit'), 'flair');
  await add(ctx, join(folder, 'screen'), 'screen');
  await addMixing(ctx);
  const computed = { detector: 'k-nearest', encoder: 'mixing', steps: null, batchSize: null };
  await fitModel(ctx, { ...SMALL_FIT, ...computed, name: 'neighbours' }, fitHooks());
  const [model] = await listModels(ctx);
  bytes = new Uint8Array(await (await exportModelFile(ctx, model?.id ?? 0)).arrayBuffer());
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

async function scoresOf(from: Context) {
  await screenDataset(from, { model: 'neighbours', dataset: 'screen', batchSize: 4 }, screenHooks());
  const { images } = await rank(from, {
    model: 'neighbours',
    dataset: 'screen',
    score: null,
    limit: 20,
    offset: 0,
  });
  return images.map(({ relativePath, value }) => [relativePath, value]);
}

const HEAD = 16;
const manifestSchema = z.looseObject({ encoders: z.array(z.looseObject({ bytes: z.int().nullable() })) });
type Manifest = z.infer<typeof manifestSchema>;

/** The file with another manifest, and its last bytes cut off. */
function changed(change: (manifest: Manifest) => unknown, cut = 0): Blob {
  const length = Number(new DataView(bytes.buffer).getBigUint64(8, true));
  const text = new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length));
  const json = new TextEncoder().encode(JSON.stringify(change(manifestSchema.parse(JSON.parse(text)))));
  const head = bytes.slice(0, HEAD);
  new DataView(head.buffer).setBigUint64(8, BigInt(json.byteLength), true);
  return new Blob([head, json, bytes.slice(HEAD + length, bytes.length - cut)]);
}

/** The encoder does not travel along. */
const leftAtHome = (): Blob =>
  changed(
    (manifest) => ({ ...manifest, encoders: manifest.encoders.map((each) => ({ ...each, bytes: null })) }),
    onnx.byteLength,
  );

describe('a model on features', () => {
  it('brings its encoder along, and gives the same scores in another home', async () => {
    const there = await temporaryContext();
    await importModelFile(there, new Blob([bytes]));
    const [, mixing] = listEncoders(there);
    expect(mixing).toMatchObject({ name: 'mixing', source: 'file', models: ['neighbours'] });
    await add(there, join(folder, 'screen'), 'screen');
    const scores = await scoresOf(there);
    expect(scores).toHaveLength(8);
    expect(scores).toEqual(await scoresOf(ctx));
    await importModelFile(there, new Blob([bytes]));
    expect(listEncoders(there)).toHaveLength(2);
    const refused = await refusalOf(
      Promise.resolve().then(() => removeEncoder(there, { id: mixing?.id ?? 0, reason: 'x' })),
    );
    expect(refused.message).toContain('neighbours (imported)" and 1 more need the encoder "mixing"');
  });

  it('says which encoder it needs where that does not travel, and takes it when it is here', async () => {
    const there = await temporaryContext();
    const refused = await refusalOf(importModelFile(there, leftAtHome()));
    expect(refused.kind).toBe('unknown-encoder');
    expect(refused.message).toMatch(/needs the encoder "mixing" \(SHA-256 [0-9a-f]{64}\)/);
    expect(await listModels(there)).toEqual([]);
    await addMixing(there);
    await importModelFile(there, leftAtHome());
    expect(await listModels(there)).toHaveLength(1);
  });

  it.each<[string, () => Blob, RegExp]>([
    ['whose encoder is damaged', () => damaged(), /the encoder "mixing" is damaged/],
    [
      'that does not name its encoder',
      () => changed((manifest) => ({ ...manifest, encoders: [] }), onnx.byteLength),
      /the encoder that "neighbours" needs is not named/,
    ],
    ['that ends within its encoder', () => new Blob([bytes.slice(0, -9)]), /it ends inside/],
  ])('%s is refused, and nothing is kept', async (_, file, message) => {
    const there = await temporaryContext();
    const refused = await refusalOf(importModelFile(there, file()));
    expect(refused.kind).toBe('bad-model-file');
    expect(refused.message).toMatch(message);
    expect(await listModels(there)).toEqual([]);
    expect(listEncoders(there)).toHaveLength(1);
  });
});

function damaged(): Blob {
  const copy = bytes.slice();
  const at = copy.length - 5;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return new Blob([copy]);
}
