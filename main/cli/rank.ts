import { z } from 'zod';
import { imageName, tailText } from '../../preload/contract.ts';
import { combinedRanking } from '../api/ranking/combined-ranking.ts';
import { type RankedImage, type Ranking, rank } from '../api/ranking/rank.ts';
import { combinedOutside, rankingOutside } from '../api/ranking/ranking-outside.ts';
import { combinationOf, combineOptions, withCombineOptions } from './combine-options.ts';
import { combinedText, countedOn } from './combined-text.ts';
import { NOTICE } from './notice.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';
import { countText, scoreText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({
  score: z.string().optional(),
  limit: z.number(),
  offset: z.number(),
  identifiers: z.boolean().default(false),
  ...combineOptions,
});

export const registerRank: Register = (program, run) => {
  const command = program
    .command('rank')
    .description('lists the images of the last screening, the most anomalous first')
    .argument('<model>', 'fitted model')
    .argument('<dataset>', 'dataset that was screened')
    .option('--score <name>', 'score to rank by (default: the ratio, or the likelihood where there is none)')
    .option('--limit <count>', 'images to list', wholeNumber(1), 20)
    .option('--offset <count>', 'images to leave out at the top', wholeNumber(0), 0)
    .option('--identifiers', 'with --json: name files by their paths too, which may hold names of patients');
  withCombineOptions(command).action(
    run(async ({ open }, model: string, dataset: string, given: unknown) => {
      const { score = null, limit, offset, identifiers, ...others } = Options.parse(given);
      const combine = combinationOf(others);
      const page = { dataset, score, limit, offset };
      if (combine === null) {
        const ranking = await rank(await open(), { model, ...page });
        return {
          json: { notice: NOTICE, ...rankingOutside(ranking, identifiers) },
          text: rankingText(ranking),
        };
      }
      const models = [model, ...others.with];
      const ranking = await combinedRanking(await open(), { models, combine, ...page });
      return {
        json: { notice: NOTICE, ...combinedOutside(ranking, identifiers) },
        text: combinedText(ranking),
      };
    }),
  );
};

function rankingText(ranking: Ranking): string {
  const { images, total, threshold, score, scores, failed, failures, status, remarks, heldOutNormals } =
    ranking;
  const what = `${score}, of ${countText(total, 'image')} (run ${ranking.runId}${status === 'done' ? '' : `, ${status}`})`;
  const limit =
    threshold === null ? [] : [`Threshold: ${scoreText(threshold)}; images above it are flagged.`];
  const counted = heldOutNormals === 0 ? [] : [countedOn(heldOutNormals)];
  const others = scores.filter((name) => name !== score);
  return [
    [`Ranked by ${what}. Higher is more anomalous. ${NOTICE}`, ...limit, ...counted, ...remarks].join('\n'),
    images.length === 0 ? 'No images here.' : rankedTable(images),
    ...(failed === 0
      ? []
      : [
          `${countText(failed, 'image')} got no score:\n` +
            table(
              [left('file'), left('why')],
              failures.map((failure) => [imageName(failure), failure.reason]),
            ),
        ]),
    ...(others.length === 0 ? [] : [`Other scores: ${others.join(', ')}.`]),
  ].join('\n\n');
}

/** Ranked images, for people; columns that would be empty are left out. */
export function rankedTable(images: readonly RankedImage[]): string {
  const labelled = images.some(({ label }) => label !== null);
  const judged = images.some(({ flagged }) => flagged !== null);
  const changed = images.some(({ contentChanged }) => contentChanged);
  const placed = images.some(({ tail }) => tail !== null);
  const columns = [
    right('rank'),
    right('score'),
    ...(placed ? [right('as high in normals')] : []),
    ...(judged ? [left('flag')] : []),
    ...(labelled ? [left('label')] : []),
    left('file'),
    ...(changed ? [left('')] : []),
  ];
  const rows = images.map((image) => [
    String(image.rank),
    scoreText(image.value),
    ...(placed ? [image.tail === null ? '' : tailText(image.tail)] : []),
    ...(judged ? [image.flagged === true ? 'flag' : ''] : []),
    ...(labelled ? [image.label ?? ''] : []),
    imageName(image),
    ...(changed ? [image.contentChanged ? 'changed since' : ''] : []),
  ]);
  return table(columns, rows);
}
