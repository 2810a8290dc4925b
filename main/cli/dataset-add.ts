import { z } from 'zod';
import { addDataset } from '../api/datasets.ts';
import { commandLineText, quoted } from './command-line-text.ts';
import { datasetFacts, withoutFolder } from './dataset-text.ts';
import type { Register } from './register.ts';
import { countText } from './terminal/numbers.ts';
import { Rate } from './terminal/rate.ts';

const Options = z.object({
  name: z.string().min(1).optional(),
  labels: z.boolean().default(false),
  pseudonymise: z.literal(true).optional(),
});

export const registerDatasetAdd: Register = (dataset, run) => {
  dataset
    .command('add')
    .description('scans a folder of images with its subfolders; again to see what has changed')
    .argument('<folder>', 'folder of PNG, JPEG, TIFF, BMP, WebP or uncompressed DICOM files')
    .option('--name <name>', "what to call it (default: the folder's name)")
    .option('--labels', 'label each image with the name of the subfolder that it lies in')
    .option(
      '--pseudonymise',
      'store no file name, date or description: pseudonyms alone, with a key file that can be taken away',
    )
    .action(
      run(async ({ open, signal, terminal, options: globals }, folder: string, options: unknown) => {
        const { name, labels, pseudonymise } = Options.parse(options);
        const context = await open();
        const progress = terminal.progress({ title: 'Scanning', unit: 'files' });
        const rate = new Rate();
        try {
          const summary = await addDataset(
            context,
            {
              root: folder,
              labelsFromSubfolders: labels,
              ...(name !== undefined && { name }),
              ...(pseudonymise !== undefined && { pseudonymise }),
            },
            {
              signal,
              onProgress: ({ scanned, readable, broken }) => {
                rate.add(performance.now(), readable);
                progress.update({
                  done: scanned,
                  total: null,
                  imagesPerSecond: rate.perSecond(),
                  secondsLeft: null,
                  note: broken === 0 ? '' : `${broken} broken`,
                });
              },
            },
          );
          progress.finish();
          const { broken, skipped } = summary.counts;
          const unused = broken + skipped;
          const reasons =
            unused === 0
              ? ''
              : `\n\n${countText(unused, 'file')} not used; why: ${commandLineText(`dataset show ${quoted(summary.name)}`, globals)}`;
          return { json: withoutFolder(summary), text: `${datasetFacts(summary)}${reasons}` };
        } finally {
          progress.finish();
        }
      }),
    );
};
