import { resolve } from 'node:path';
import type { DatasetSummary, ScanOutcome } from '../../../preload/contract.ts';
import { IngestError } from '../../ingest/errors.ts';
import { DatasetFingerprint } from '../../ingest/fingerprint.ts';
import { noImagesSentence } from '../../ingest/no-images.ts';
import type { Dataset, Grouping } from '../../store/datasets.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { datasetSummary } from './dataset-summary.ts';
import { auditedFolder } from './datasets.ts';
import { group, imagesOf } from './grouping.ts';
import { type AddDatasetRequest, knownDataset, newName } from './known-dataset.ts';
import { ScanRecord } from './scan-record.ts';
import { ServiceError } from '../service-error.ts';
import { type StoredNames, storedNames } from './stored-names.ts';

export interface ScanProgress {
  /** Entries of the folder that are done with. */
  readonly scanned: number;
  /** About how many there are; null until they are counted. */
  readonly total: number | null;
  /** Of those read: images, of which a file may hold many, and files that hold none. */
  readonly readable: number;
  readonly skipped: number;
  readonly broken: number;
  readonly filesPerSecond: number;
  /** Null while it is unknown. */
  readonly secondsLeft: number | null;
}

export interface AddDatasetHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ScanProgress) => void;
}

export interface AddedDataset extends DatasetSummary {
  readonly scan: ScanOutcome;
}

/**
 * Scans a folder and remembers what it holds. A folder that is known already is scanned again under its name: files that are as they were
 * are not read, files keep their identity by their path, and by their content where they were moved.
 * @throws ServiceError 'name-taken' | 'labels-mismatch' | 'pseudonyms-mismatch' | 'key-missing' | 'no-images' (what was found is
 * kept and can be shown) | 'interrupted' | 'drive-lost' (what was scanned so far is kept, and what is known of the rest)
 * @throws IngestError 'not-found' | 'unreadable' when the folder itself cannot be listed
 */
export async function addDataset(
  ctx: Context,
  request: AddDatasetRequest,
  hooks: AddDatasetHooks,
): Promise<AddedDataset> {
  const root = resolve(request.root);
  const known = knownDataset(ctx, root, request);
  const names = storedNames(ctx, root, request, known);
  const plane = request.plane ?? known?.plane ?? 'axial';
  let record: ScanRecord | null = null;
  // Only when something is listed: a folder that cannot be listed leaves no dataset behind.
  const recording = (): ScanRecord => {
    record ??= new ScanRecord(ctx, {
      dataset: known ?? create(ctx, root, request, names),
      scannedAt: new Date().toISOString(),
      names,
      plane,
      isKnown: known !== undefined,
    });
    return record;
  };
  await scanned(ctx, root, plane, recording, hooks);
  const { dataset } = recording();
  if (known !== undefined) refuseEmptied(ctx, known, root, recording().listed);
  const scan = await finish(ctx, dataset, plane, recording());
  const summary = await datasetSummary(ctx, ctx.store.datasets.get(dataset.id));
  if (summary.counts.readable === 0)
    throw new ServiceError('no-images', noImagesSentence(root, summary.counts));
  return { ...summary, scan };
}

async function scanned(
  ctx: Context,
  root: string,
  plane: Dataset['plane'],
  recording: () => ScanRecord,
  { signal, onProgress }: AddDatasetHooks,
): Promise<void> {
  const counts = { scanned: 0, readable: 0, skipped: 0, broken: 0 };
  let total: number | null = null;
  const job = {
    root,
    purpose: { kind: 'images', plane },
    choose: (files: Parameters<ScanRecord['choose']>[0]) => recording().choose(files),
  } as const;
  try {
    for await (const message of ctx.jobs.scan(job, signal)) {
      switch (message.kind) {
        case 'counted':
          total = message.entries;
          break;
        case 'results': {
          const { results, filesPerSecond } = message;
          if (results.length === 0) break;
          const { readable, skipped, broken } = recording().save(results);
          counts.scanned += results.length;
          counts.readable += readable;
          counts.skipped += skipped;
          counts.broken += broken;
          // Counted quickly, without following links: there may be more.
          if (total !== null) total = Math.max(total, counts.scanned);
          const secondsLeft =
            total === null || filesPerSecond === 0 ? null : (total - counts.scanned) / filesPerSecond;
          onProgress({ ...counts, total, filesPerSecond, secondsLeft });
          break;
        }
        case 'stopped':
          throw new ServiceError(
            'interrupted',
            `The scan of "${root}" was stopped before its end; add the folder again to finish it.`,
          );
      }
    }
  } catch (error) {
    if (!(error instanceof IngestError) || error.kind !== 'drive-lost') throw error;
    throw new ServiceError(
      'drive-lost',
      `The drive of "${root}" was lost after ${counts.scanned.toLocaleString('en-US')} files; what was found is kept: add the folder again when it is back.`,
      { cause: error },
    );
  }
}

/** A mount point without its drive is an empty folder. @throws ServiceError 'drive-lost' */
function refuseEmptied(ctx: Context, { id, name }: Dataset, root: string, listed: number): void {
  const { readable } = ctx.store.files.countsByStatus(id);
  if (listed > 0 || readable === 0) return;
  throw new ServiceError(
    'drive-lost',
    `"${root}" holds no file, though "${name}" has ${readable.toLocaleString('en-US')} images from it; nothing was changed: connect its drive and scan again, or remove the dataset.`,
  );
}

function create(ctx: Context, root: string, request: AddDatasetRequest, names: StoredNames): Dataset {
  return ctx.store.transaction(() => {
    const dataset = ctx.store.datasets.create({
      // A folder's name may be a patient's.
      name:
        names.id === null
          ? newName(root, request)
          : (request.name ?? `pseudonymised ${names.id.slice(0, 6)}`),
      rootPath: names.id ?? root,
      labelsFromSubfolders: request.labelsFromSubfolders,
      plane: request.plane ?? 'axial',
      pseudonymised: names.id !== null,
    });
    recordAction(ctx, {
      action: 'dataset added',
      subject: `dataset ${dataset.name}`,
      newValue: auditedFolder(dataset),
    });
    return dataset;
  });
}

async function finish(
  ctx: Context,
  { id, plane: planeBefore }: Dataset,
  plane: Dataset['plane'],
  record: ScanRecord,
): Promise<ScanOutcome> {
  const { store } = ctx;
  const outcome = store.transaction(() => {
    if (plane !== planeBefore) store.datasets.setPlane(id, plane);
    return record.finish();
  });
  const dataset = store.datasets.get(id);
  const grouping = dataset.fingerprint === null ? firstGrouping(ctx, dataset) : dataset.grouping;
  const lines = new DatasetFingerprint();
  for await (const images of imagesOf(ctx, dataset)) {
    group(ctx, images, { ...dataset, grouping });
    lines.add(images);
  }
  const fingerprint = lines.digest();
  store.transaction(() => {
    store.datasets.setGrouping(id, grouping);
    store.datasets.recordScan(id, { fingerprint, scannedAt: record.scannedAt });
    recordAction(ctx, {
      action: 'dataset scanned',
      subject: `dataset ${dataset.name}`,
      oldValue: dataset.fingerprint,
      newValue: fingerprint,
    });
  });
  return outcome;
}

/** Images of one patient are never torn apart where patients are known. */
function firstGrouping({ store }: Context, { id, grouping }: Dataset): Grouping {
  return store.files.knowsPatients(id) ? 'patient' : grouping;
}
