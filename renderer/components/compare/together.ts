import type { Combination, ComparableModel } from '../../../preload/contract.ts';

/** Models that are looked at together. */
export interface Together {
  readonly datasetId: number;
  readonly modelIds: readonly number[];
  readonly combine: Combination;
}

/** Whether a mean of their scores means something: one score of one detector, fitted with several seeds. */
export function ofOneDetector(models: readonly Pick<ComparableModel, 'detectorId' | 'score'>[]): boolean {
  const [first] = models;
  return (
    first !== undefined &&
    models.every(({ detectorId, score }) => detectorId === first.detectorId && score === first.score)
  );
}
