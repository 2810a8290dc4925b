/** What a fit would do to images, before it is started. */
import { type FitRequest, type PreparationPreview, imageName } from '../../../preload/contract.ts';
import type { Context } from '../context.ts';
import { listedDataset } from '../datasets/datasets.ts';
import { addressOfInput } from './input-picture.ts';
import { modelName, windowPreparation } from '../jobs/job-requests.ts';
import { chooseIntensity } from './preparation-choice.ts';
import { describe } from './preparation-text.ts';

export type PreviewRequest = Pick<
  FitRequest,
  'datasetId' | 'generalModelId' | 'label' | 'preparation' | 'intensity'
>;

const PICTURES = 4;

/** @throws ServiceError 'unknown-dataset' | 'unknown-model' */
export function previewPreparation(ctx: Context, request: PreviewRequest): PreparationPreview {
  const { datasetId, generalModelId, label, intensity } = request;
  const { name } = listedDataset(ctx, datasetId);
  const general = generalModelId === null ? null : modelName(ctx, generalModelId);
  const preparation = windowPreparation(ctx, name, { ...request, general });
  const { why } = chooseIntensity(ctx, name, {
    general: general ?? undefined,
    label,
    intensity: intensity ?? undefined,
  });
  return {
    preparation: describe(preparation),
    intensity: preparation.intensity ?? { kind: 'file' },
    why,
    pictures: ctx.store.files.spread(datasetId, label, PICTURES).map((file) => ({
      name: imageName(file),
      address: addressOfInput(file.id, preparation),
    })),
  };
}
