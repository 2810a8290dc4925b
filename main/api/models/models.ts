import type { ModelSummary, UnreadableModel } from '../../../preload/contract.ts';
import { recordAction } from '../audit/actions.ts';
import type { Model } from '../../store/models.ts';
import { glowOf } from '../../jobs/latent-protocol.ts';
import type { Context } from '../context.ts';
import { profileText } from '../inputs/input-profile-text.ts';
import { type KnownModel, generalOf, knownModel } from './known-models.ts';
import { modelCard, modelCardData } from './model-card.ts';
import { describe } from '../inputs/preparation-text.ts';
import { adoptAbandoned } from '../jobs/record-failure.ts';
import type { UsedImages } from './records.ts';
import { ServiceError } from '../service-error.ts';

/** Those that can be read, newest first. */
export function listModels(ctx: Context): Promise<ModelSummary[]> {
  return Promise.resolve().then(() =>
    readModels(ctx).flatMap((read) => (read.status === 'readable' ? [read.summary] : [])),
  );
}

/** Those that cannot, and why, newest first: one of them must not hide all others. */
export function unreadableModels(ctx: Context): UnreadableModel[] {
  return readModels(ctx).flatMap((read) => (read.status === 'unreadable' ? [read.model] : []));
}

/** The readable ones of some records. */
export function readableModels(records: readonly Model[]): KnownModel[] {
  return records.flatMap((record) => {
    const model = readable(() => knownModel(record));
    return model instanceof ServiceError ? [] : [model];
  });
}

type Read =
  | { readonly status: 'readable'; readonly summary: ModelSummary }
  | { readonly status: 'unreadable'; readonly model: UnreadableModel };

function readModels(ctx: Context): Read[] {
  return ctx.store.models.list().map((record): Read => {
    const summary = readable(() => modelSummary(ctx, knownModel(record)));
    if (!(summary instanceof ServiceError)) return { status: 'readable', summary };
    const { id, name } = record;
    return { status: 'unreadable', model: { id, name, reason: summary.message } };
  });
}

/** What is read of a model, or why it, or the general one that it stands on, cannot be read. */
function readable<T>(read: () => T): T | ServiceError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unreadable-model') return error;
    throw error;
  }
}

/** @throws ServiceError 'unreadable-model' */
export function modelSummary(ctx: Context, model: KnownModel): ModelSummary {
  const { record, settings, preparation, metrics, scores, detector } = model;
  const { method } = detector;
  const { id, name, datasetId, datasetName, generalModelId, seed, device, createdAt } = record;
  return {
    id,
    name,
    detector: method.id,
    detectorTitle: method.title,
    invertible: glowOf(settings.detector) !== null,
    preset: settings.preset,
    datasetId,
    dataset: datasetName,
    generalModelId,
    general: generalOf(ctx, model)?.record.name ?? null,
    generalImages: usedText(settings.generalImages),
    exposure: usedText(settings.exposure),
    encoder: settings.encoderName,
    seed,
    device,
    createdAt,
    heldOutLoss: metrics.heldOutLoss,
    unit: method.unit,
    images: metrics.images,
    heldOutImages: metrics.heldOutImages,
    dataFingerprint: record.dataFingerprint,
    inputs: metrics.inputs === undefined ? null : profileText(metrics.inputs),
    preparation: describe(preparation),
    scores: [...scores],
    colourScales: { ...metrics.colourScales },
  };
}

/** "parts, label scratch, 16 drawn by the seed" */
function usedText(used: UsedImages | null): string | null {
  if (used === null) return null;
  const { dataset, label, drawn } = used;
  const clauses = [
    dataset,
    ...(label === null ? [] : [`label ${label}`]),
    ...(drawn === undefined ? [] : [`${drawn} drawn by the seed`]),
  ];
  return clauses.join(', ');
}

/** The whole card of a model as Markdown. @throws ServiceError 'unknown-model' | 'unreadable-model' */
export function modelCardText(ctx: Context, id: number): string {
  const model = listedModel(ctx, id);
  return modelCard(modelCardData(model, generalOf(ctx, model)));
}

/**
 * Takes a model, also one that cannot be read, out of the lists; runs that used it stay readable, models that came from it stay usable, and its name is free
 * again.
 * @throws ServiceError 'unknown-model' | 'in-use'
 */
export function removeModel(
  ctx: Context,
  { id, reason }: { readonly id: number; readonly reason: string },
): void {
  adoptAbandoned(ctx);
  ctx.store.transaction(() => {
    const { name, weightsHash } = listedRecord(ctx, id);
    if (ctx.store.runs.list({ status: 'running', modelId: id }).length > 0) {
      throw new ServiceError(
        'in-use',
        `A job is working with "${name}"; stop it or wait for its end, then remove the model.`,
      );
    }
    ctx.store.models.archive(id);
    recordAction(ctx, { action: 'model removed', subject: `model ${name}`, oldValue: weightsHash, reason });
  });
}

/** The model of that number, unless it was taken out of the lists. @throws ServiceError 'unknown-model' | 'unreadable-model' */
export function listedModel(ctx: Context, id: number): KnownModel {
  return knownModel(listedRecord(ctx, id));
}

function listedRecord(ctx: Context, id: number): Model {
  const record = ctx.store.models.list().find((each) => each.id === id);
  if (record !== undefined) return record;
  throw new ServiceError(
    'unknown-model',
    `There is no model with the number ${id}; it may have been removed, look at the list of models.`,
  );
}
