import { z } from 'zod';
import { type ExplainedPicture, type Explanation, explain } from '../api/pictures/explain.ts';
import { sourceOf } from './heatmap.ts';
import { NOTICE } from './notice.ts';
import type { Register } from './register.ts';
import { percentText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({ output: z.string().min(1), with: z.string().min(1).optional() });

export const registerExplain: Register = (program, run) => {
  program
    .command('explain')
    .description(
      'writes pictures of what a Glow sees in an image: scales exchanged with another, and a climb',
    )
    .argument('<model>', 'fitted model, a Glow')
    .argument('<image>', 'an image file, or one of a dataset: <dataset>/<path as rank lists it>')
    .requiredOption('--output <folder>', 'folder to write to')
    .option('--with <image>', 'image to exchange scales with (default: the nearest normal image)')
    .action(
      run(async ({ open, signal, terminal }, model: string, image: string, given: unknown) => {
        const { output, with: other } = Options.parse(given);
        const context = await open();
        const progress = terminal.progress({ title: 'Looking', unit: 'steps' });
        try {
          const found = await explain(
            context,
            {
              model,
              output,
              image: await sourceOf(context, image),
              other: other === undefined ? null : await sourceOf(context, other),
            },
            {
              signal,
              onProgress: ({ done, total }) =>
                progress.update({ done, total, imagesPerSecond: null, secondsLeft: null, note: '' }),
            },
          );
          progress.finish();
          return { json: found, text: explanationText(found) };
        } finally {
          progress.finish();
        }
      }),
    );
};

function explanationText({ output, mixedWith, tiles, pictures }: Explanation): string {
  const chosen = tiles.map(
    ({ side, index, count }) =>
      `Of ${side === 'own' ? 'the image' : 'the other image'} tile ${index + 1} of ${count}, its most anomalous, is shown.`,
  );
  return [
    `${output}: ${pictures.length} pictures and numbers.json. ${NOTICE}`,
    ...(mixedWith === null
      ? ['Nothing was mixed: the model has no held-out normal image here; name one with --with.']
      : [`Mixed with ${mixedWith}.`]),
    ...chosen,
    table([left('picture'), right('bits/dim'), right('beyond black and white')], pictures.map(rowOf)),
  ].join('\n\n');
}

function rowOf({ name, file, missing, bitsPerDimension, outside }: ExplainedPicture): string[] {
  const why = missing === 'not-finite' ? 'numbers are not finite' : 'mostly beyond black and white';
  return [
    file ?? `${name}: none, ${why}`,
    bitsPerDimension?.toFixed(3) ?? '–',
    outside === null ? '–' : percentText(outside),
  ];
}
