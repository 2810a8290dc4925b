import type { DatasetFile, DatasetSummary } from '../../../preload/contract.ts';
import type { Grouping } from '../../store/datasets.ts';
import type { FileRecord, FileStatus } from '../../store/file-records.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { datasetSummary } from './dataset-summary.ts';
import { auditedFolder, listedDataset } from './datasets.ts';
import { group, imagesOf } from './grouping.ts';
import { adoptAbandoned } from '../jobs/record-failure.ts';
import { ServiceError } from '../service-error.ts';

/**
 * A page of a dataset's files in order of their paths.
 * @throws ServiceError 'unknown-dataset'
 */
export function datasetFiles(
  ctx: Context,
  page: { id: number; status: FileStatus | null; search: string; offset: number; limit: number },
): { total: number; rows: DatasetFile[] } {
  const { id } = listedDataset(ctx, page.id);
  const { total, rows } = ctx.store.files.search(id, page);
  return { total, rows: rows.map(fileRow) };
}

/**
 * Chooses what must not be torn apart when images are held out.
 * @throws ServiceError 'unknown-dataset'
 */
export async function setGrouping(
  ctx: Context,
  { id, grouping }: { readonly id: number; readonly grouping: Grouping },
): Promise<DatasetSummary> {
  const dataset = listedDataset(ctx, id);
  for await (const images of imagesOf(ctx, dataset)) group(ctx, images, { ...dataset, grouping });
  ctx.store.transaction(() => {
    ctx.store.datasets.setGrouping(id, grouping);
    if (dataset.grouping === grouping) return;
    recordAction(ctx, {
      action: 'grouping changed',
      subject: `dataset ${dataset.name}`,
      oldValue: dataset.grouping,
      newValue: grouping,
    });
  });
  return datasetSummary(ctx, ctx.store.datasets.get(id));
}

/**
 * Takes a dataset out of the lists. Its records stay, its folder is not touched, and its name is free again.
 * @throws ServiceError 'unknown-dataset' | 'in-use'
 */
export function removeDataset(
  ctx: Context,
  { id, reason }: { readonly id: number; readonly reason: string },
): void {
  adoptAbandoned(ctx);
  ctx.store.transaction(() => {
    const dataset = listedDataset(ctx, id);
    const { name } = dataset;
    if (ctx.store.runs.list({ status: 'running', datasetId: id }).length > 0) {
      throw new ServiceError(
        'in-use',
        `A job is working on "${name}"; stop it or wait for its end, then remove the dataset.`,
      );
    }
    ctx.store.datasets.archive(id);
    recordAction(ctx, {
      action: 'dataset removed',
      subject: `dataset ${name}`,
      oldValue: auditedFolder(dataset),
      reason,
    });
  });
}

const UNKNOWN = {
  reason: null,
  format: null,
  width: null,
  height: null,
  channels: null,
  bitDepth: null,
  label: null,
  sizeBytes: null,
  notes: [],
};

function fileRow(file: FileRecord): DatasetFile {
  const { id, relativePath, frame, plane, frames, status } = file;
  const place = { relativePath, frame, plane, frames };
  if (file.status !== 'readable')
    return { ...UNKNOWN, id, ...place, status, reason: file.reason, group: null };
  const { format, width, height, channels, bitDepth, label, sizeBytes, groupKey } = file;
  const group = groupKey === null || !HASHED.test(groupKey) ? groupKey : groupKey.slice(0, 8);
  return {
    id,
    ...place,
    status,
    reason: null,
    format,
    width,
    height,
    channels,
    bitDepth,
    label,
    sizeBytes,
    notes: file.notes ?? [],
    group,
  };
}

/** Patients and studies: enough of the hash to tell them apart in a list. */
const HASHED = /^[0-9a-f]{64}$/;
