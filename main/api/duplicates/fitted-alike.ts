import type { Dataset } from '../../store/datasets.ts';
import type { Context } from '../context.ts';
import type { KnownModel } from '../models/known-models.ts';
import { alike, contentOf } from './alike.ts';

/**
 * A sentence for the user where images of a dataset are ones that a model was fitted on, or look nearly the same as such: what it says of
 * them says less of new ones. Null where there are none, and for a model whose images are not known here.
 */
export async function fittedAlikeNotice(
  ctx: Context,
  { record, settings, metrics }: KnownModel,
  dataset: Dataset,
): Promise<string | null> {
  if (record.datasetId === null) return null;
  const heldOut = new Set(metrics.heldOutFileIds);
  const fitted = [...ctx.store.files.identities(record.datasetId)].filter(
    ({ id, label }) => !heldOut.has(id) && (settings.label === null || label === settings.label),
  );
  const images = [...ctx.store.files.identities(dataset.id)];
  const contents = new Set(fitted.map(contentOf));
  const same = new Set(images.filter((image) => contents.has(contentOf(image))).map(({ id }) => id));
  const near = new Set<number>();
  for await (const [{ id }] of alike(images, fitted)) if (!same.has(id)) near.add(id);
  const counts = [
    ...(same.size > 0 ? [`${same.size} are the same as`] : []),
    ...(near.size > 0 ? [`${near.size} look nearly the same as`] : []),
  ];
  if (counts.length === 0) return null;
  return `Of the ${images.length} images of "${dataset.name}", ${counts.join(' and ')} images that "${record.name}" was fitted on: the figures may be better than for new images.`;
}
