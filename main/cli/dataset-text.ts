import type { DatasetContents } from '../../preload/contract.ts';
import type { DatasetSummary } from '../api/datasets/datasets.ts';
import { countText } from './terminal/numbers.ts';
import { facts } from './terminal/table.ts';

/** A dataset as it may leave the program: where the files of a pseudonymised one are stays in its key file. */
export function withoutFolder<T extends DatasetSummary>(dataset: T): T {
  return dataset.pseudonymised ? { ...dataset, root: null } : dataset;
}

/** Its folder, for people. */
export function folderText({ root, pseudonymised }: DatasetSummary): string {
  if (!pseudonymised) return root ?? '';
  return root === null ? 'pseudonymised; its key file is missing' : 'pseudonymised';
}

/** One dataset, for people. */
export function datasetFacts(dataset: DatasetSummary, contents: DatasetContents): string {
  const { name, counts, labels, lastScannedAt } = dataset;
  const labelled = labels.filter(({ label }) => label !== null);
  return facts([
    ['dataset', name],
    ['folder', folderText(dataset)],
    ['images', `${counts.readable.toLocaleString('en-US')} in ${countText(contents.files, 'file')}`],
    ...(ofText(contents) === '' ? [] : ([['of', ofText(contents)]] as const)),
    ['skipped', countText(counts.skipped, 'file')],
    ['broken', countText(counts.broken, 'file')],
    ...(labelled.length === 0 ? [] : ([['labels', labelsText(labels)]] as const)),
    ['scanned', lastScannedAt ?? 'not yet to the end'],
  ]);
}

/** "4 patients, 4 studies, 8 series, 8 volumes cut in axial slices" */
function ofText({ patients, studies, series, volumes, plane }: DatasetContents): string {
  return [
    ...(patients > 0 ? [countText(patients, 'patient')] : []),
    ...(studies > 0 ? [countText(studies, 'study', 'studies')] : []),
    ...(series > 0 ? [countText(series, 'series', 'series')] : []),
    ...(volumes > 0 ? [`${countText(volumes, 'volume')} cut in ${plane} slices`] : []),
  ].join(', ');
}

export function labelsText(labels: DatasetSummary['labels']): string {
  return labels.map(({ label, count }) => `${label ?? 'none'} ${count.toLocaleString('en-US')}`).join(', ');
}
