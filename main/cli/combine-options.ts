import { type Command, Option } from 'commander';
import { z } from 'zod';
import { COMBINATIONS, type Combination, type CombinedRanking } from '../../preload/contract.ts';
import { UsageError } from './usage-error.ts';

/** What {@link withCombineOptions} adds, as it is parsed. */
export const combineOptions = {
  with: z.array(z.string()).default([]),
  combine: z.enum(COMBINATIONS).optional(),
};

export function withCombineOptions(command: Command): Command {
  return command
    .option('--with <model...>', 'further models that screened the dataset, to be combined with the first')
    .addOption(
      new Option(
        '--combine <how>',
        'by how rarely normals score as high (different detectors), or by the mean of their scores in deviations from the normals (one detector, several seeds) (default: tail)',
      ).choices(COMBINATIONS),
    );
}

/** Null where one model stands alone. @throws UsageError */
export function combinationOf(given: {
  readonly with: readonly string[];
  readonly combine?: Combination | undefined;
}): Combination | null {
  if (given.with.length > 0) return given.combine ?? 'tail';
  if (given.combine === undefined) return null;
  throw new UsageError('--combine needs a second model: name it by --with.');
}

/** "likelihood of a and ratio of b, by their tail probabilities" */
export function combinationText({ models, combine }: Pick<CombinedRanking, 'models' | 'combine'>): string {
  const parts = models.map(({ model, score, runId }) => `${score} of ${model} (run ${runId})`);
  const list = `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
  switch (combine) {
    case 'tail':
      return `how rarely normals score as high, over ${list}`;
    case 'mean':
      return `the mean, in deviations from the normals, of ${list}`;
  }
}
