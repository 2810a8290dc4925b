/** What datasets are called where they leave the program: a name that is only a folder's may be a patient's. */
import { basename } from 'node:path';
import type { Dataset } from '../../store/datasets.ts';
import type { Model } from '../../store/models.ts';
import type { Context } from '../context.ts';
import { placesAtHand } from '../datasets/file-path.ts';
import { type KnownModel, generalOf } from './known-models.ts';
import { type ModelCard, modelCardData } from './model-card.ts';
import type { ModelSettings, UsedImages } from './records.ts';

/** The name that a person gave it, else its number. */
export function nameOutside(ctx: Context, dataset: Dataset): string {
  return isOwnName(ctx, dataset, dataset.name) ? dataset.name : numbered(dataset);
}

/** What a model was fitted on. One that was imported brought the name along. */
export function fittedOnOutside(ctx: Context, { datasetId, datasetName }: Model): string {
  if (datasetId === null) return datasetName;
  const dataset = ctx.store.datasets.get(datasetId);
  return isOwnName(ctx, dataset, datasetName) ? datasetName : numbered(dataset);
}

/** A model's card as it travels. */
export function cardOutside(ctx: Context, model: KnownModel): ModelCard {
  const card = modelCardData(model, generalOf(ctx, model));
  const { generalImages, exposure } = settingsOutside(ctx, model);
  const data = { ...card.data, dataset: fittedOnOutside(ctx, model.record) };
  return { ...card, data, generalImages, exposure };
}

/** A model's settings as they travel. One that was imported brought its names along. */
export function settingsOutside(ctx: Context, { record, settings }: KnownModel): ModelSettings {
  if (record.datasetId === null) return settings;
  const outside = (used: UsedImages | null): UsedImages | null => {
    if (used === null) return null;
    const dataset = ctx.store.datasets.find(used.dataset);
    return { ...used, dataset: dataset === undefined ? 'a dataset' : nameOutside(ctx, dataset) };
  };
  const { generalImages, exposure } = settings;
  return { ...settings, generalImages: outside(generalImages), exposure: outside(exposure) };
}

function isOwnName(ctx: Context, dataset: Dataset, name: string): boolean {
  // One that was removed has an addition to its name, which hides where it came from.
  if (dataset.archivedAt !== null) return false;
  if (dataset.pseudonymised) return true;
  return name !== basename(placesAtHand(ctx, dataset)?.root ?? '');
}

function numbered({ id }: Dataset): string {
  return `dataset ${id}`;
}
