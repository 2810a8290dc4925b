/** The normals that several models held out, as one list: models can only be combined on what none of them was fitted on. */
import type { Model } from '../../store/models.ts';
import type { ModelMetrics } from '../models/records.ts';
import { ServiceError } from '../service-error.ts';

/** What is looked at of a model. */
interface WithHeldOut {
  readonly record: Pick<Model, 'name' | 'datasetId'>;
  readonly metrics: Pick<ModelMetrics, 'heldOutFileIds' | 'heldOutScores'>;
}

export interface HeldOutOf {
  readonly name: string;
  /** Where the numbers of its files are from. */
  readonly datasetId: number | null;
  readonly scores: ReadonlyMap<number, number>;
}

/**
 * A score of each held-out image of a model, by the file.
 * @throws ServiceError 'no-scores' where it is not known which score is whose
 */
export function heldOutById({ record, metrics }: WithHeldOut, score: string): HeldOutOf {
  const { heldOutFileIds } = metrics;
  const scores = metrics.heldOutScores[score] ?? [];
  const refuse = (why: string) =>
    new ServiceError('no-scores', `"${record.name}" cannot be combined with other models: ${why}`);
  if (scores.length < 2) throw refuse(`combining takes two held-out normals or more; fit it on more images.`);
  if (record.datasetId === null || heldOutFileIds.length === 0) {
    throw refuse('it came from another machine, where its held-out images are; fit it on a dataset here.');
  }
  // Files that could not be read, and scores that were not finite, have left no gap.
  if (scores.length !== heldOutFileIds.length) {
    throw refuse(
      `${heldOutFileIds.length - scores.length} of its ${heldOutFileIds.length} held-out images have no ${score}, so that it is not known whose the others are; mend or remove unreadable files, scan the dataset and fit it again.`,
    );
  }
  const byFile = new Map(heldOutFileIds.map((fileId, index) => [fileId, scores[index] ?? NaN]));
  return { name: record.name, datasetId: record.datasetId, scores: byFile };
}

/**
 * The scores of the same images, in the same order, a list a model.
 * @throws ServiceError 'invalid-request' where the models held out different images
 */
export function requireTogether(models: readonly HeldOutOf[]): number[][] {
  const [first] = models;
  const fileIds = [...(first?.scores.keys() ?? [])];
  const other = models.find(
    ({ datasetId, scores }) =>
      datasetId !== first?.datasetId ||
      scores.size !== fileIds.length ||
      !fileIds.every((id) => scores.has(id)),
  );
  if (first !== undefined && other !== undefined) {
    throw new ServiceError(
      'invalid-request',
      `"${first.name}" and "${other.name}" held out different normal images, so that their scores cannot be combined; fit both on the same images of the same dataset, with the same grouping.`,
    );
  }
  return models.map(({ scores }) => fileIds.map((id) => scores.get(id) ?? NaN));
}
