import { z } from 'zod';
import { type CombinedEvaluation, evaluateCombined } from '../api/ranking/combined-evaluation.ts';
import { type Evaluation, type ScoreEvaluation, evaluate } from '../api/ranking/evaluate.ts';
import { combinationOf, combinationText, combineOptions, withCombineOptions } from './combine-options.ts';
import { NOTICE } from './notice.ts';
import type { Register } from './register.ts';
import { countText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({ normal: z.array(z.string()).min(1), ...combineOptions });

export const registerEvaluate: Register = (program, run) => {
  const command = program
    .command('evaluate')
    .description(
      'measures how well each score of the last screening tells labelled anomalies from normal images',
    )
    .argument('<model>', 'fitted model')
    .argument('<dataset>', 'dataset that was screened, added with --labels')
    .requiredOption('--normal <label...>', 'labels of normal images; all others are anomalies');
  withCombineOptions(command).action(
    run(async ({ open }, model: string, dataset: string, given: unknown) => {
      const { normal: normalLabels, ...others } = Options.parse(given);
      const combine = combinationOf(others);
      if (combine === null) {
        const evaluation = await evaluate(await open(), { model, dataset, normalLabels });
        return {
          json: { notice: NOTICE, ...evaluation },
          text: evaluationText(evaluation, `Run ${evaluation.runId}`),
        };
      }
      const models = [model, ...others.with];
      const request = { models, dataset, combine, score: null, normalLabels };
      const evaluation = await evaluateCombined(await open(), request);
      return {
        json: { notice: NOTICE, ...evaluation },
        text: evaluationText(evaluation, `Combined by ${combinationText(evaluation)}`),
      };
    }),
  );
};

function evaluationText(evaluation: Evaluation | CombinedEvaluation, what: string): string {
  const { normalLabels, anomalousLabels, unlabelled, scores, warnings } = evaluation;
  return [
    `${what}: normal ${normalLabels.join(', ')}; anomalous ${anomalousLabels.join(', ')}. ${NOTICE}` +
      (unlabelled === 0 ? '' : `\n${countText(unlabelled, 'image')} without a label left out.`),
    aurocTable(scores),
    ...warnings,
    'AUROC: 1 tells every anomaly from every normal image, 0.5 tells nothing, below 0.5 is the wrong way round.',
  ].join('\n\n');
}

/** AUROC of each score with its 95 % confidence interval. */
export function aurocTable(scores: readonly ScoreEvaluation[]): string {
  return table(
    [left('score'), right('AUROC'), left('95 % interval'), right('normal'), right('anomalous')],
    scores.map(({ score, auroc, interval, normal, anomalous }) => [
      score,
      auroc.toFixed(3),
      `${interval.low.toFixed(3)} – ${interval.high.toFixed(3)}`,
      String(normal),
      String(anomalous),
    ]),
  );
}
