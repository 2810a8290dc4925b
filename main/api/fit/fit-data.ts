import { stat } from 'node:fs/promises';
import { RandomStream } from '../../../models/random.ts';
import { datasetFingerprint } from '../../ingest/fingerprint.ts';
import { layOut } from '../../ingest/layout.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import { fileStates } from '../../jobs/file-state.ts';
import type { FitFile } from '../../jobs/fit-file.ts';
import type { Dataset, Grouping } from '../../store/datasets.ts';
import type { ReadableFile } from '../../store/file-records.ts';
import type { Context } from '../context.ts';
import { placesOf } from '../datasets/file-path.ts';
import { alike } from '../duplicates/alike.ts';
import { type AlikePair, splitHeldOut } from './held-out-split.ts';
import { type InputProfile, profileOf } from '../inputs/input-profile.ts';
import type { UsedImages } from '../models/records.ts';
import { ServiceError } from '../service-error.ts';

export interface FitData {
  readonly datasetId: number;
  readonly root: string;
  readonly train: readonly FitFile[];
  readonly heldOut: readonly FitFile[];
  /** What kind each is of; null where their labels do not tell kinds apart. */
  readonly classes: Classes | null;
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

/** Kinds of images, and of which each is, by its place in the list of labels. */
export interface Classes {
  readonly labels: readonly string[];
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
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
  const files = [...ctx.store.files.readable(dataset.id)].filter(
    (file) => label === null || file.label === label,
  );
  if (files.length === 0) refuseEmpty(ctx, dataset, label);
  const { root, asStored, fitFile } = await unchanged(ctx, dataset, files, preparation);
  const { train, heldOut, notices } = splitHeldOut(files, keepAlike ? await alikePairs(files) : []);
  return {
    datasetId: dataset.id,
    root,
    train: train.map(fitFile),
    heldOut: heldOut.map(fitFile),
    classes: classesOf(train, heldOut),
    asStored,
    notices,
    heldOutFingerprint: datasetFingerprint(heldOut),
    heldOutBy: dataset.grouping,
    fingerprint: datasetFingerprint(files),
    inputs: profileOf(files),
  };
}

/** Images that a model is fitted on beside the normal ones. */
export interface OtherImages {
  readonly datasetId: number;
  readonly root: string;
  readonly files: readonly FitFile[];
  readonly asStored: FitData['asStored'];
  readonly used: UsedImages;
}

export interface OtherChoice {
  /** Only those of it. */
  readonly label: string | null;
  /** Where no label is chosen: all but the normal ones. */
  readonly normal: { readonly datasetId: number; readonly label: string } | null;
  /** How many of them; all where it is null or there are fewer. */
  readonly drawn: Draw | null;
}

/** Images by chance: with the same seed, few are among more. */
export interface Draw {
  readonly images: number;
  readonly seed: number;
}

/**
 * Images of a dataset beside the normal ones.
 * @throws ServiceError as {@link fitData}, but for 'too-few-images'
 */
export async function otherImages(
  ctx: Context,
  dataset: Dataset,
  { label, normal, drawn }: OtherChoice,
  preparation: Preparation,
): Promise<OtherImages> {
  await checkScanned(ctx, dataset);
  const isChosen = (file: ReadableFile): boolean => {
    if (label !== null) return file.label === label;
    if (normal === null) return true;
    // Among the normal images those without a label may be normal too.
    return file.label !== normal.label && (file.label !== null || dataset.id !== normal.datasetId);
  };
  const all = [...ctx.store.files.readable(dataset.id)].filter(isChosen);
  const files = drawn === null ? all : drawFrom(all, drawn);
  if (files.length === 0 && normal !== null && label === null) {
    throw new ServiceError(
      'no-images',
      `"${dataset.name}" holds no image of another label than "${normal.label}"; choose a dataset that does.`,
    );
  }
  if (files.length === 0) refuseEmpty(ctx, dataset, label);
  const { root, asStored, fitFile } = await unchanged(ctx, dataset, files, preparation);
  const chosen = files.map(fitFile);
  return {
    datasetId: dataset.id,
    root,
    files: chosen,
    asStored,
    used: {
      dataset: dataset.name,
      label,
      fingerprint: datasetFingerprint(files),
      images: chosen.reduce((sum, { tiles }) => sum + tiles, 0),
      ...(files.length < all.length ? { drawn: files.length } : {}),
    },
  };
}

function drawFrom(files: readonly ReadableFile[], { images, seed }: Draw): readonly ReadableFile[] {
  const order = new RandomStream(seed, 'drawn images').permutation(files.length);
  const drawn = new Set(order.slice(0, images));
  return files.filter((_, index) => drawn.has(index));
}

/** Where the files of a dataset are, after a look at whether they still are what the last scan found. @throws ServiceError 'dataset-changed' */
async function unchanged(
  ctx: Context,
  dataset: Dataset,
  files: readonly ReadableFile[],
  preparation: Preparation,
): Promise<Pick<FitData, 'root' | 'asStored'> & { readonly fitFile: (file: ReadableFile) => FitFile }> {
  const { name } = dataset;
  const places = placesOf(ctx, dataset);
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
  return {
    root: places.root,
    asStored: ({ relativePath, reason }) => {
      const record = onDisk.find((file) => file.relativePath === relativePath);
      const storedAs = { relativePath: record?.storedAs ?? relativePath };
      return { ...storedAs, reason: places.aboutFile(reason, storedAs) };
    },
    fitFile: ({ id, relativePath, frame, plane, width, height }) => ({
      id,
      ...places.onDisk({ relativePath }),
      frame,
      plane,
      tiles: layOut(width, height, preparation).length,
    }),
  };
}

/** By their labels; null where some have none or all have the same. */
function classesOf(train: readonly ReadableFile[], heldOut: readonly ReadableFile[]): Classes | null {
  const labels = [...new Set([...train, ...heldOut].map(({ label }) => label))];
  const known = labels.filter((label) => label !== null).sort();
  if (known.length < labels.length || known.length < 2) return null;
  const indices = (files: readonly ReadableFile[]) => files.map(({ label }) => known.indexOf(label ?? ''));
  return { labels: known, train: indices(train), heldOut: indices(heldOut) };
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
