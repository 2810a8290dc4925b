import { correctSequence, datasetContents, datasetSeries } from '../datasets/dataset-contents.ts';
import { datasetFiles, removeDataset, setGrouping } from '../datasets/dataset-changes.ts';
import { listDatasets } from '../datasets/datasets.ts';
import { existingFolder } from '../datasets/dataset-summary.ts';
import { findDuplicates } from '../duplicates/duplicates.ts';
import type { Changes } from '../app.ts';
import { os } from './base.ts';

export const datasetHandlers = {
  list: os.datasets.list.handler(({ context }) => listDatasets(context.services)),
  add: os.datasets.add.handler(async ({ context, input: { root, name, plane, ...how } }) => ({
    jobId: await context.jobs.scan({
      root: await existingFolder(root),
      ...how,
      ...(name !== null && { name }),
      ...(plane !== null && { plane }),
    }),
  })),
  files: os.datasets.files.handler(({ context, input }) => datasetFiles(context.services, input)),
  contents: os.datasets.contents.handler(({ context, input }) => datasetContents(context.services, input.id)),
  series: os.datasets.series.handler(({ context, input }) => datasetSeries(context.services, input)),
  setSequence: os.datasets.setSequence.handler(({ context, input }) => {
    const series = correctSequence(context.services, input);
    announce(context.changes);
    return series;
  }),
  duplicates: os.datasets.duplicates.handler(({ context, input }) => findDuplicates(context.services, input)),
  setGrouping: os.datasets.setGrouping.handler(async ({ context, input }) => {
    const dataset = await setGrouping(context.services, input);
    announce(context.changes);
    return dataset;
  }),
  relink: os.datasets.relink.handler(async ({ context, input: { id, root } }) => ({
    jobId: await context.jobs.relink({ id, root: await existingFolder(root) }),
  })),
  remove: os.datasets.remove.handler(({ context, input }) => {
    removeDataset(context.services, input);
    announce(context.changes);
    return {};
  }),
};

function announce(changes: Changes): void {
  changes.announce('datasets');
  changes.announce('audit');
}
