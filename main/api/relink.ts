import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSummary } from '../../preload/contract.ts';
import { hashFile } from '../ingest/hash-file.ts';
import { orderedAhead } from '../ingest/ordered-ahead.ts';
import type { Dataset } from '../store/datasets.ts';
import type { ReadableFile } from '../store/files.ts';
import { recordAction } from './actions.ts';
import type { Context } from './context.ts';
import { datasetSummary, existingFolder } from './dataset-summary.ts';
import { auditedFolder, listedDataset } from './datasets.ts';
import { placesOf } from './file-path.ts';
import { readKeyFile, writeKeyFile } from './pseudonyms/key-file.ts';
import { ServiceError } from './service-error.ts';

const AT_ONCE = 8;

/**
 * Points a dataset to where its folder lies now, after a look at the content of every image there: none may differ, and most
 * must be there; the others are noticed by the next scan.
 * @throws ServiceError 'unknown-dataset' | 'folder-missing' | 'dataset-changed'
 */
export async function relinkDataset(
  ctx: Context,
  { id, root }: { readonly id: number; readonly root: string },
): Promise<DatasetSummary> {
  const dataset = listedDataset(ctx, id);
  const folder = await existingFolder(root);
  await refuseOther(ctx, dataset, folder);
  ctx.store.transaction(() => {
    if (dataset.pseudonymised) moveKeyFile(ctx.home, dataset, folder);
    else ctx.store.datasets.setRoot(id, folder);
    recordAction(ctx, {
      action: 'dataset relinked',
      subject: `dataset ${dataset.name}`,
      oldValue: auditedFolder(dataset),
      newValue: auditedFolder(ctx.store.datasets.get(id)),
    });
  });
  return datasetSummary(ctx, ctx.store.datasets.get(id));
}

async function refuseOther(ctx: Context, dataset: Dataset, folder: string): Promise<void> {
  const places = placesOf(ctx, dataset);
  const files = [...ctx.store.files.readable(dataset.id)];
  let same = 0;
  let missing = 0;
  const states = orderedAhead(files, AT_ONCE, async (file) => ({
    file,
    hash: await hashAt(folder, places.onDisk(file)),
  }));
  for await (const { file, hash } of states) {
    if (hash === null) missing += 1;
    else if (hash === file.sha256) same += 1;
    else {
      throw new ServiceError(
        'dataset-changed',
        `"${file.relativePath}" in "${folder}" is not the image that "${dataset.name}" knows, so that the folder was not taken; choose another one, or add it as a new dataset.`,
      );
    }
  }
  if (same > missing) return;
  throw new ServiceError(
    'dataset-changed',
    `"${folder}" holds ${same} of the ${files.length} images of "${dataset.name}", so that the folder was not taken; choose the folder that was "${places.root}".`,
  );
}

function moveKeyFile(home: string, { rootPath: id, name }: Dataset, root: string): void {
  writeKeyFile(home, { ...readKeyFile(home, { id, name }), root });
}

/** SHA-256 of the file at that place; null where there is none. */
async function hashAt(folder: string, { relativePath, sizeBytes }: ReadableFile): Promise<string | null> {
  const path = join(folder, relativePath);
  try {
    const found = await stat(path);
    if (!found.isFile()) return null;
    // Another size is another content: no need to read a film that has taken the name of an image.
    if (found.size !== sizeBytes) return '';
    return await hashFile(path);
  } catch {
    // Not there, or not to be read: either way the image cannot be had.
    return null;
  }
}
