import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ModelSummary } from '../../../preload/contract.ts';
import { NOTICE } from '../../../preload/contract/notice.ts';
import type { Model } from '../../store/models.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { fileName } from './export.ts';
import { encodersOf, takeEncoder } from './model-encoders.ts';
import { type KnownModel, generalOf, knownModel } from './known-models.ts';
import {
  MODEL_FILE_EXTENSION,
  type ModelPart,
  type OpenedModelFile,
  encodeManifest,
  openModelFile,
} from './model-file.ts';
import { modelCard } from './model-card.ts';
import { listedModel, modelSummary } from './models.ts';
import { cardOutside, fittedOnOutside, settingsOutside } from './names-outside.ts';

/**
 * A model as one file, with the general model of its ratio and the encoder that it needs, unless that is too large. The weights are read from their files as the result is read.
 * @throws ServiceError 'unknown-model' | 'unreadable-model'; 'unknown-encoder' where its encoder is gone
 * @throws StoreError 'missing-weights' | 'corrupt-weights'
 */
export async function exportModelFile(ctx: Context, id: number): Promise<File> {
  const own = listedModel(ctx, id);
  const general = generalOf(ctx, own);
  const chosen = general === null ? [own] : [own, general];
  const models = await Promise.all(chosen.map((model) => partOf(ctx, model)));
  const encoders = encodersOf(ctx, chosen);
  const head = encodeManifest({
    format: 'flowscreen-model',
    version: 2,
    notice: NOTICE,
    exportedAt: new Date().toISOString(),
    card: modelCard(cardOutside(ctx, own)),
    models,
    encoders,
  });
  const weights = await Promise.all(
    chosen.map(({ record }) => openAsBlob(ctx.store.weights.path(record.weightsHash))),
  );
  const travelling = await Promise.all(
    encoders
      .filter(({ bytes }) => bytes !== null)
      .map(({ sha256 }) => openAsBlob(ctx.store.encoderFiles.path(sha256))),
  );
  recordAction(ctx, {
    action: 'model exported',
    subject: `model ${own.record.name}`,
    newValue: own.record.weightsHash,
  });
  return new File([head, ...weights, ...travelling], `${fileName(own.record.name)}${MODEL_FILE_EXTENSION}`, {
    type: 'application/octet-stream',
  });
}

/**
 * Takes a model from a file, with the general model of its ratio and its encoder unless those are here already. Nothing is overwritten: a
 * name that is taken gets an addition.
 * @throws ServiceError 'bad-model-file' | 'unknown-encoder', and then nothing is changed
 * @throws StoreError 'disk-full' | 'read-only' | 'io'
 */
export async function importModelFile(ctx: Context, file: Blob): Promise<ModelSummary> {
  const opened = await openModelFile(file);
  const [own, general] = opened.manifest.models;
  if (own === undefined) throw new RangeError('a model file holds a model');
  // The files first: a record never refers to weights that are not there.
  await saveWeights(ctx, opened);
  for (const part of opened.manifest.encoders) await takeEncoder(ctx, part, () => opened.encoder(part));
  const record = ctx.store.transaction(() => {
    const generalModel =
      general === undefined ? null : (sameModel(ctx, general) ?? create(ctx, general, null));
    return create(ctx, own, generalModel);
  });
  return modelSummary(ctx, knownModel(record));
}

async function partOf(ctx: Context, model: KnownModel): Promise<ModelPart> {
  const { record, preparation, metrics, detector } = model;
  const { name, seed, versions, device, dataFingerprint, createdAt, weightsHash } = record;
  // Read once to be sure of them: a damaged file must not travel.
  ctx.store.weights.load(weightsHash);
  const { size } = await stat(ctx.store.weights.path(weightsHash));
  return {
    name,
    detector: detector.method.id,
    settings: settingsOutside(ctx, model),
    preparation,
    dataset: fittedOnOutside(ctx, record),
    seed,
    versions,
    device,
    dataFingerprint,
    metrics: { ...metrics, heldOutFileIds: [] },
    createdAt,
    weights: { sha256: weightsHash, bytes: size },
  };
}

async function saveWeights(ctx: Context, opened: OpenedModelFile): Promise<void> {
  // One after the other: each may take a good part of the memory.
  for (const index of opened.manifest.models.keys()) {
    ctx.store.weights.save(await opened.weights(index));
  }
}

/** A listed model with the same weights for the same images. */
function sameModel(ctx: Context, part: ModelPart): Model | undefined {
  return ctx.store.models
    .list()
    .find(
      ({ weightsHash, preparation }) =>
        weightsHash === part.weights.sha256 &&
        JSON.stringify(preparation) === JSON.stringify(part.preparation),
    );
}

function create(ctx: Context, part: ModelPart, general: Model | null): Model {
  const { dataset, weights, ...others } = part;
  const record = ctx.store.models.create({
    ...others,
    name: freeName(ctx, part.name),
    datasetId: null,
    datasetName: dataset,
    generalModelId: general?.id ?? null,
    weightsHash: weights.sha256,
  });
  recordAction(ctx, {
    action: 'model imported',
    subject: `model ${record.name}`,
    newValue: record.weightsHash,
  });
  return record;
}

function freeName(ctx: Context, name: string): string {
  const names = [name, `${name} (imported)`];
  for (let number = 2; ; number++) {
    const free = names.find((each) => ctx.store.models.find(each) === undefined);
    if (free !== undefined) return free;
    names.push(`${name} (imported ${number})`);
  }
}
