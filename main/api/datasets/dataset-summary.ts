import { stat } from 'node:fs/promises';
import type { DatasetSummary } from '../../../preload/contract.ts';
import { isAbsolute, resolve } from 'node:path';
import type { Dataset } from '../../store/datasets.ts';
import type { Context } from '../context.ts';
import { placesAtHand } from './file-path.ts';
import { ServiceError } from '../service-error.ts';

/** What lists show of a dataset. */
export async function datasetSummary(ctx: Context, dataset: Dataset): Promise<DatasetSummary> {
  const { id, name, labelsFromSubfolders, pseudonymised, fingerprint, lastScannedAt, grouping } = dataset;
  const counts = ctx.store.files.countsByStatus(id);
  const places = placesAtHand(ctx, dataset);
  return {
    id,
    name,
    root: places?.root ?? null,
    reachable: places !== null && (await isFolder(places.root)),
    labelsFromSubfolders,
    pseudonymised,
    grouping,
    groups: grouping === 'image' ? counts.readable : ctx.store.files.countGroups(id),
    fingerprint,
    lastScannedAt,
    counts,
    labels: ctx.store.files.countsByLabel(id),
  };
}

/**
 * A folder that a window names, where the current folder of the program means nothing.
 * @throws ServiceError 'folder-missing' unless it is an absolute path to a folder that can be reached
 */
export async function existingFolder(path: string): Promise<string> {
  const folder = resolve(path);
  if (isAbsolute(path) && !path.includes('\0') && (await isFolder(folder))) return folder;
  throw new ServiceError(
    'folder-missing',
    `"${path.replaceAll('\0', '')}" is no folder that can be reached; choose the folder where the images are.`,
  );
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Whatever stands in the way, its images cannot be read now.
    return false;
  }
}
