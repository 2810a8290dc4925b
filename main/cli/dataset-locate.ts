import { locateFile } from '../api/datasets/locate-file.ts';
import type { Register } from './register.ts';

export const registerDatasetLocate: Register = (dataset, run) => {
  dataset
    .command('locate')
    .description('tells where the file behind a pseudonym lies')
    .argument('<name>', 'name of the dataset')
    .argument('<file>', 'what the dataset calls it')
    .action(
      run(async ({ open }, name: string, file: string) => {
        const path = locateFile(await open(), name, file);
        return { json: { path }, text: path };
      }),
    );
};
