import { listDatasets } from '../api/datasets.ts';
import { commandLineText } from './command-line-text.ts';
import { labelsText } from './dataset-text.ts';
import type { Register } from './register.ts';
import { left, right, table } from './terminal/table.ts';

export const registerDatasetList: Register = (dataset, run) => {
  dataset
    .command('list')
    .description('lists all datasets')
    .action(
      run(async ({ open, options: globals }) => {
        const datasets = await listDatasets(await open());
        const rows = datasets.map(({ name, counts, labels, root }) => [
          name,
          counts.readable.toLocaleString('en-US'),
          counts.skipped.toLocaleString('en-US'),
          counts.broken.toLocaleString('en-US'),
          root,
          labels.some(({ label }) => label !== null) ? labelsText(labels) : '',
        ]);
        const columns = [
          left('dataset'),
          right('images'),
          right('skipped'),
          right('broken'),
          left('folder'),
          left('labels'),
        ];
        return {
          json: { datasets },
          text:
            datasets.length === 0
              ? `There are no datasets yet; add one: ${commandLineText('dataset add <folder>', globals)}`
              : table(columns, rows),
        };
      }),
    );
};
