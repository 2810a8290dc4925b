import { stat } from 'node:fs/promises';
import { datasetFingerprint } from '../ingest/fingerprint.ts';
import { layOut } from '../ingest/layout.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import { fileStates } from '../jobs/file-state.ts';
import type { FitFile } from '../jobs/fit-file.ts';
import type { Dataset, Grouping } from '../store/datasets.ts';
import type { ReadableFile } from '../store/files.ts';
import type { Context } from './context.ts';
import { placesOf } from './file-path.ts';
import { alike } from './duplicates/alike.ts';
import { type AlikePair, splitHeldOut } from './held-out-split.ts';
import { type InputProfile, profileOf } from './input-profile.ts';
import { ServiceError } from './service-error.ts';

export interface FitData {
  readonly datasetId: number;
  readonly root: string;
  readonly train: readonly FitFile[];
  readonly heldOut: readonly FitFile[];
  /** What a job says of a file, as it may be stored and logged. */
  readonly asStored: (said: FileRemark) => FileRemark;
  readonly notices: readonly string[];
  /** Of what was held out. */
  readonly heldOutFingerprint: string;
  /** What was kept together when images were held out. */
  readonly heldOutBy: Grouping;
  /** Of the files used, both parts. */
  readonly fingerprint: string;
  /** What they are like. */
  readonly inputs: InputProfile;
}

/** A sentence about a file, by its path below the root. */
interface FileRemark {
  readonly relativePath: string;
  readonly reason: string;
}

/**
 * The images of a dataset to fit on and to hold out, after a look at whether they still are what the last scan found.
 * Files that are gone stay in: whatever cannot be read is replaced while training.
 * @param options keepAlike: whether images that look nearly the same are held out together
 * @throws ServiceError 'not-scanned' | 'folder-missing' | 'unknown-label' | 'no-images' | 'too-few-images' |
 * 'dataset-changed'
 */
export async function fitData(
  ctx: Context,
  dataset: Dataset,
  label: string | null,
  preparation: Preparation,
  { keepAlike = true }: { readonly keepAlike?: boolean } = {},
): Promise<FitData> {
  await checkScanned(ctx, dataset);
  const { name } = dataset;
  const places = placesOf(ctx, dataset);
  const files = [...ctx.store.files.readable(dataset.id)].filter(
    (file) => label === null || file.label === label,
  );
  if (files.length === 0) refuseEmpty(ctx, dataset, label);
  const changed: string[] = [];
  const onDisk = files.map((file) => ({ ...places.onDisk(file), storedAs: file.relativePath }));
  for await (const { file, state } of fileStates(places.root, onDisk)) {
    if (state === 'changed') changed.push(file.storedAs);
  }
  const [first] = changed;
  if (first !== undefined) {
    throw new ServiceError(
      'dataset-changed',
      `${changed.length === 1 ? 'A file' : `${changed.length} files`} of "${name}" changed since the last scan ("${first}"); ` +
        'add its folder again, then fit.',
    );
  }
  const { train, heldOut, notices } = splitHeldOut(files, keepAlike ? await alikePairs(files) : []);
  const fitFile = ({ id, relativePath, frame, plane, width, height }: ReadableFile): FitFile => ({
    id,
    ...places.onDisk({ relativePath }),
    frame,
    plane,
    tiles: layOut(width, height, preparation).length,
  });
  return {
    datasetId: dataset.id,
    root: places.root,
    train: train.map(fitFile),
    heldOut: heldOut.map(fitFile),
    asStored: ({ relativePath, reason }) => {
      const record = onDisk.find((file) => file.relativePath === relativePath);
      const storedAs = { relativePath: record?.storedAs ?? relativePath };
      return { ...storedAs, reason: places.aboutFile(reason, storedAs) };
    },
    notices,
    heldOutFingerprint: datasetFingerprint(heldOut),
    heldOutBy: dataset.grouping,
    fingerprint: datasetFingerprint(files),
    inputs: profileOf(files),
  };
}

/** @throws ServiceError 'not-scanned' | 'folder-missing' | 'key-missing' */
export async function checkScanned(ctx: Pick<Context, 'home'>, dataset: Dataset): Promise<void> {
  const { name, fingerprint } = dataset;
  const { root } = placesOf(ctx, dataset);
  if (fingerprint === null) {
    throw new ServiceError(
      'not-scanned',
      `The scan of "${name}" has not finished; add its folder "${root}" again first.`,
    );
  }
  try {
    await stat(root);
  } catch (error) {
    throw new ServiceError(
      'folder-missing',
      `The folder "${root}" of "${name}" cannot be reached; reconnect its drive, or add the folder from where it is now.`,
      { cause: error },
    );
  }
}

function refuseEmpty(ctx: Context, { id, name }: Dataset, label: string | null): never {
  if (label === null) {
    throw new ServiceError('no-images', `"${name}" holds no readable image; choose another dataset.`);
  }
  const labels = ctx.store.files
    .countsByLabel(id)
    .flatMap((each) => (each.label === null ? [] : [each.label]));
  throw new ServiceError(
    'unknown-label',
    labels.length === 0
      ? `No image of "${name}" has a label; add its folder with labels from subfolders, under another name.`
      : `No image of "${name}" has the label "${label}"; choose one of ${labels.map((each) => `"${each}"`).join(', ')}.`,
  );
}

async function alikePairs(files: readonly ReadableFile[]): Promise<AlikePair[]> {
  const pairs: AlikePair[] = [];
  for await (const [file, others] of alike(files, files)) {
    for (const other of others) if (file.id < other.id) pairs.push([file.id, other.id]);
  }
  return pairs;
}
