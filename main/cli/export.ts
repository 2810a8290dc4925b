import { z } from 'zod';
import { exportModel } from '../api/models/export.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';

const Options = z.object({ output: z.string().min(1), batch: z.number() });

export const registerExport: Register = (program, run) => {
  program
    .command('export')
    .description('writes a model as an ONNX file that other programs run, with a model card')
    .argument('<model>', 'fitted model')
    .requiredOption('--output <folder>', 'folder to write into')
    .option('--batch <count>', 'images per run of the exported graph', wholeNumber(1), 1)
    .action(
      run(async ({ open }, model: string, given: unknown) => {
        const { output, batch } = Options.parse(given);
        const { files } = await exportModel(await open(), { model, output, batch });
        return { json: { model, files }, text: files.join('\n') };
      }),
    );
};
