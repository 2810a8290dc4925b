import { z } from 'zod';
import { type DuplicateGroup, imageName } from '../../preload/contract.ts';
import { findDataset } from '../api/datasets/datasets.ts';
import { findDuplicates } from '../api/duplicates/duplicates.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';
import { countText } from './terminal/numbers.ts';
import { left, table } from './terminal/table.ts';

const Options = z.object({ across: z.string().min(1).optional(), limit: z.number() });

export const registerDatasetDuplicates: Register = (dataset, run) => {
  dataset
    .command('duplicates')
    .description('lists images that are the same, and images that look nearly the same')
    .argument('<name>', 'name of the dataset')
    .option('--across <name>', 'only what this other dataset has too')
    .option('--limit <count>', 'groups of each kind to list at most', wholeNumber(1), 20)
    .action(
      run(async ({ open }, name: string, options: unknown) => {
        const { across, limit } = Options.parse(options);
        const context = await open();
        const { id } = findDataset(context, name);
        const acrossId = across === undefined ? null : findDataset(context, across).id;
        const { same, alike } = await findDuplicates(context, { id, acrossId, limit });
        const parts = [
          ...listed('the same', same, across !== undefined),
          ...listed('nearly the same', alike, across !== undefined),
        ];
        const none = `No image of "${name}" ${across === undefined ? 'looks like another one of it' : `looks like one of "${across}"`}.`;
        return { json: { same, alike }, text: parts.length === 0 ? none : parts.join('\n\n') };
      }),
    );
};

interface Groups {
  readonly groups: readonly DuplicateGroup[];
  readonly groupCount: number;
  readonly imageCount: number;
}

function listed(what: string, { groups, groupCount, imageCount }: Groups, isAcross: boolean): string[] {
  if (groupCount === 0) return [];
  const rows = groups.flatMap(({ count, images }, index) => [
    ...images.map((image) => [
      String(index + 1),
      `${isAcross ? `${image.dataset}: ` : ''}${imageName(image)}`,
      image.label ?? '',
    ]),
    ...(count > images.length ? [[String(index + 1), `… and ${count - images.length} more`, '']] : []),
  ]);
  const head = `${countText(imageCount, 'image')} in ${countText(groupCount, 'group')} ${imageCount === 1 ? 'is' : 'are'} ${what}:`;
  const more =
    groupCount > groups.length
      ? `\n… and ${groupCount - groups.length} more groups (--limit shows more)`
      : '';
  return [`${head}\n${table([left('group'), left('image'), left('label')], rows)}${more}`];
}
