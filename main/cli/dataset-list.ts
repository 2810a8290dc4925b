import { listDatasets } from '../api/datasets/datasets.ts';
import { commandLineText } from './command-line-text.ts';
import { folderText, labelsText, withoutFolder } from './dataset-text.ts';
import type { Register } from './register.ts';
import { left, right, table } from './terminal/table.ts';

export const registerDatasetList: Register = (dataset, run) => {
  dataset
    .command('list')
    .description('lists all datasets')
    .action(
      run(async ({ open, options: globals }) => {
        const datasets = await listDatasets(await open());
        const rows = datasets.map((each) => [
          each.name,
          each.counts.readable.toLocaleString('en-US'),
          each.counts.skipped.toLocaleString('en-US'),
          each.counts.broken.toLocaleString('en-US'),
          folderText(each),
          each.labels.some(({ label }) => label !== null) ? labelsText(each.labels) : '',
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
          json: { datasets: datasets.map(withoutFolder) },
          text:
            datasets.length === 0
              ? `There are no datasets yet; add one: ${commandLineText('dataset add <folder>', globals)}`
              : table(columns, rows),
        };
      }),
    );
};
