import { registerDatasetAdd } from './dataset-add.ts';
import { registerDatasetDuplicates } from './dataset-duplicates.ts';
import { registerDatasetList } from './dataset-list.ts';
import { registerDatasetLocate } from './dataset-locate.ts';
import { registerDatasetShow } from './dataset-show.ts';
import type { Register } from './register.ts';

export const registerDataset: Register = (program, run) => {
  const dataset = program.command('dataset').description('folders of images, known by a name');
  registerDatasetAdd(dataset, run);
  registerDatasetList(dataset, run);
  registerDatasetShow(dataset, run);
  registerDatasetDuplicates(dataset, run);
  registerDatasetLocate(dataset, run);
};
