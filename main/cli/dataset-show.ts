import { datasetContents } from '../api/datasets/dataset-contents.ts';
import { type FileProblem, showDataset } from '../api/datasets/datasets.ts';
import { z } from 'zod';
import { datasetFacts, withoutFolder } from './dataset-text.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';
import { left, table } from './terminal/table.ts';

const Options = z.object({ limit: z.number() });

export const registerDatasetShow: Register = (dataset, run) => {
  dataset
    .command('show')
    .description('shows a dataset, and why files of it are not used')
    .argument('<name>', 'name of the dataset')
    .option('--limit <count>', 'files of each kind to list at most', wholeNumber(1), 20)
    .action(
      run(async ({ open }, name: string, options: unknown) => {
        const { limit } = Options.parse(options);
        const context = await open();
        const details = await showDataset(context, name, { limit });
        const contents = datasetContents(context, details.id);
        const { counts, broken, skipped } = details;
        const text = [
          datasetFacts(details, contents),
          ...problems('broken', broken.files, counts.broken),
          ...problems('skipped', skipped.files, counts.skipped),
        ].join('\n\n');
        return { json: { ...withoutFolder(details), contents }, text };
      }),
    );
};

function problems(kind: string, files: readonly FileProblem[], count: number): string[] {
  if (files.length === 0) return [];
  const rows = files.map(({ relativePath, reason }) => [relativePath, reason]);
  const more = count > files.length ? `\n… and ${count - files.length} more (--limit shows more)` : '';
  return [`${table([left(`${kind} file`), left('why')], rows)}${more}`];
}
