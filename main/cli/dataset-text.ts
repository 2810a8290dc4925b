import type { DatasetSummary } from '../api/datasets.ts';
import { countText } from './terminal/numbers.ts';
import { facts } from './terminal/table.ts';

/** One dataset, for people. */
export function datasetFacts({ name, root, counts, labels, lastScannedAt }: DatasetSummary): string {
  const labelled = labels.filter(({ label }) => label !== null);
  return facts([
    ['dataset', name],
    ['folder', root],
    ['images', counts.readable.toLocaleString('en-US')],
    ['skipped', countText(counts.skipped, 'file')],
    ['broken', countText(counts.broken, 'file')],
    ...(labelled.length === 0 ? [] : ([['labels', labelsText(labels)]] as const)),
    ['scanned', lastScannedAt ?? 'not yet to the end'],
  ]);
}

export function labelsText(labels: DatasetSummary['labels']): string {
  return labels.map(({ label, count }) => `${label ?? 'none'} ${count.toLocaleString('en-US')}`).join(', ');
}
