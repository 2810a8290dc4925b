import { Option } from 'commander';
import { z } from 'zod';
import type { ScanOutcome } from '../../preload/contract.ts';
import { addDataset } from '../api/datasets/add-dataset.ts';
import { datasetContents } from '../api/datasets/dataset-contents.ts';
import { PLANES } from '../ingest/stored-image.ts';
import { commandLineText, quoted } from './command-line-text.ts';
import { datasetFacts, withoutFolder } from './dataset-text.ts';
import type { Register } from './register.ts';
import { countText } from './terminal/numbers.ts';

const Options = z.object({
  name: z.string().min(1).optional(),
  labels: z.boolean().default(false),
  pseudonymise: z.literal(true).optional(),
  plane: z.enum(PLANES).optional(),
});

export const registerDatasetAdd: Register = (dataset, run) => {
  dataset
    .command('add')
    .description('scans a folder of images with its subfolders; again to see what has changed')
    .argument('<folder>', 'folder of PNG, JPEG, TIFF, BMP, WebP, DICOM, NIfTI or MetaImage files')
    .option('--name <name>', "what to call it (default: the folder's name)")
    .option('--labels', 'label each image with the name of the subfolder that it lies in')
    .option(
      '--pseudonymise',
      'store no file name, date or description: pseudonyms alone, with a key file that can be taken away',
    )
    .addOption(
      new Option('--plane <plane>', 'in which volumes are cut (default: axial, or as before)').choices(
        PLANES,
      ),
    )
    .action(
      run(async ({ open, signal, terminal, options: globals }, folder: string, options: unknown) => {
        const { name, labels, pseudonymise, plane } = Options.parse(options);
        const context = await open();
        const progress = terminal.progress({ title: 'Scanning', unit: 'files' });
        try {
          const summary = await addDataset(
            context,
            {
              root: folder,
              labelsFromSubfolders: labels,
              ...(name !== undefined && { name }),
              ...(pseudonymise !== undefined && { pseudonymise }),
              ...(plane !== undefined && { plane }),
            },
            {
              signal,
              onProgress: ({ scanned, total, filesPerSecond, secondsLeft, broken }) => {
                progress.update({
                  done: scanned,
                  total,
                  imagesPerSecond: filesPerSecond,
                  secondsLeft,
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
          return {
            json: withoutFolder(summary),
            text: `${datasetFacts(summary, datasetContents(context, summary.id))}${scanText(summary.scan)}${reasons}`,
          };
        } finally {
          progress.finish();
        }
      }),
    );
};

/** Nothing of a first scan, which finds new files alone. */
function scanText({ added, changed, unchanged, moved, gone }: ScanOutcome): string {
  if (changed + unchanged + moved + gone === 0) return '';
  const parts = Object.entries({ new: added, changed, unchanged, moved, gone });
  return `\nfiles: ${parts.map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`).join(', ')}`;
}
