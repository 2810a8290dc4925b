import type { FileRecord } from '../../store/file-records.ts';
import type { ScoreValues } from '../../store/scores.ts';
import type { Context } from '../context.ts';
import type { KnownModel } from '../models/known-models.ts';
import type { ModelMetrics } from '../models/records.ts';

export interface Neighbour {
  readonly fileId: number;
  /** Euclidean, in standard deviations of the held-out normals. */
  readonly distance: number;
  readonly scores: ScoreValues;
}

/** The parts of the scores that belong to one scale each: the others are their sums. */
const PER_SCALE = /^scale\d+-/;

/**
 * The held-out normals whose scores per scale are most like those of an image: alike to the model, which need not mean
 * alike to the eye. Each scale's contribution is measured in standard deviations of the held-out normals, so that no scale
 * outweighs the others by its number of dimensions.
 * @returns the nearest first; none where a held-out file could not be scored, as the scores tell nothing of the files then
 */
export function nearestHeldOut(
  { heldOutFileIds, heldOutScores }: Pick<ModelMetrics, 'heldOutFileIds' | 'heldOutScores'>,
  image: ScoreValues,
  count: number,
): Neighbour[] {
  const names = Object.keys(heldOutScores);
  if (names.some((name) => heldOutScores[name]?.length !== heldOutFileIds.length)) return [];
  const dimensions = names.flatMap((name) => {
    const values = heldOutScores[name] ?? [];
    const value = image[name];
    const spread = standardDeviation(values);
    // Where all normals agree, there is no unit to measure in.
    return value === undefined || !PER_SCALE.test(name) || spread === 0 ? [] : [{ values, value, spread }];
  });
  if (dimensions.length === 0) return [];
  return heldOutFileIds
    .map((fileId, index) => ({
      fileId,
      index,
      distance: Math.hypot(
        ...dimensions.map(({ values, value, spread }) => ((values[index] ?? NaN) - value) / spread),
      ),
    }))
    .sort((a, b) => a.distance - b.distance || a.fileId - b.fileId)
    .slice(0, count)
    .map(({ fileId, index, distance }) => ({
      fileId,
      distance,
      scores: Object.fromEntries(names.map((name) => [name, heldOutScores[name]?.[index] ?? NaN])),
    }));
}

/**
 * As {@link nearestHeldOut}, the files themselves, as far as they are known here.
 * @param except the image itself, where it is one of a dataset
 */
export function normalsNear(
  ctx: Context,
  { record, metrics }: KnownModel,
  except: number | null,
  image: ScoreValues,
  count: number,
): { readonly file: FileRecord; readonly scores: ScoreValues }[] {
  return nearestHeldOut(metrics, image, count + 1)
    .flatMap(({ fileId, scores }) => {
      const file = ctx.store.files.get(fileId);
      // What was held out lies in the dataset that the model was fitted on; numbers of another database mean other files.
      return file?.datasetId !== record.datasetId || fileId === except ? [] : [{ file, scores }];
    })
    .slice(0, count);
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
