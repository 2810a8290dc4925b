import { statSync } from 'node:fs';
import { z } from 'zod';
import type { Context } from '../api/context.ts';
import { listDatasets } from '../api/datasets/datasets.ts';
import { type Heatmap, type ImageChoice, heatmap } from '../api/pictures/heatmap.ts';
import { NOTICE } from './notice.ts';
import type { Register } from './register.ts';
import { scoreText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({ output: z.string().min(1), score: z.string().optional() });

export const registerHeatmap: Register = (program, run) => {
  program
    .command('heatmap')
    .description('draws where an image is odd, on the fixed colour scale of the model')
    .argument('<model>', 'fitted model')
    .argument('<image>', 'an image file, or one of a dataset: <dataset>/<path as rank lists it>')
    .requiredOption('--output <file>', 'PNG file to write')
    .option(
      '--score <name>',
      'score to draw: ratio, likelihood, or one of a single scale (default: the first)',
    )
    .action(
      run(async ({ open }, model: string, image: string, given: unknown) => {
        const { output, score } = Options.parse(given);
        const context = await open();
        const source = await sourceOf(context, image);
        const drawn = await heatmap(context, { model, score: score ?? null, output, ...source });
        return { json: { notice: NOTICE, ...drawn }, text: heatmapText(drawn) };
      }),
    );
};

/** What an operand names: a file wins, as it can be seen, and a dataset cannot. */
export async function sourceOf(context: Context, image: string): Promise<ImageChoice> {
  if (statSync(image, { throwIfNoEntry: false }) !== undefined) return { path: image };
  const datasets = await listDatasets(context);
  const [dataset] = datasets
    .map(({ name }) => name)
    .filter((name) => image.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length);
  if (dataset === undefined) return { path: image };
  return { dataset, relativePath: image.slice(dataset.length + 1) };
}

function heatmapText({ output, width, height, panels }: Heatmap): string {
  const rows = panels.map(({ score, value, low, high }) => [
    score,
    scoreText(value),
    `${scoreText(low)} … ${scoreText(high)}`,
  ]);
  return [
    `${output} (${width} × ${height} pixels). ${NOTICE}`,
    table([left('panel'), right('score'), left('colours')], rows),
  ].join('\n\n');
}
