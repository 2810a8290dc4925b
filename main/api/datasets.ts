import { basename, resolve } from 'node:path';
import { datasetFingerprint } from '../ingest/fingerprint.ts';
import { noImagesSentence } from '../ingest/no-images.ts';
import { type ScanEntry, scanFolder } from '../ingest/scan.ts';
import type { Dataset } from '../store/datasets.ts';
import type { FileStatus } from '../store/files.ts';
import type { Context } from './context.ts';
import { ServiceError } from './service-error.ts';

export interface AddDatasetRequest {
  /** The folder of images; its subfolders are scanned too. */
  readonly root: string;
  /** The folder's own name when absent. */
  readonly name?: string;
  /** Label each image with the folder directly under the root that it lies in. */
  readonly labelsFromSubfolders: boolean;
}

export interface ScanProgress {
  readonly scanned: number;
  readonly readable: number;
  readonly skipped: number;
  readonly broken: number;
}

export interface AddDatasetHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ScanProgress) => void;
}

export interface LabelCount {
  /** Null for images without a label. */
  readonly label: string | null;
  readonly count: number;
}

export interface DatasetSummary {
  readonly id: number;
  readonly name: string;
  readonly root: string;
  readonly labelsFromSubfolders: boolean;
  /** SHA-256 of the contents at the last finished scan; null where none has finished. */
  readonly fingerprint: string | null;
  /** UTC, ISO 8601. */
  readonly lastScannedAt: string | null;
  readonly counts: Readonly<Record<FileStatus, number>>;
  /** Of the readable images, by label. */
  readonly labels: readonly LabelCount[];
}

export interface FileProblem {
  readonly relativePath: string;
  readonly reason: string;
}

export interface ProblemPage {
  readonly files: readonly FileProblem[];
  /** Where the next page starts; null after the last. */
  readonly next: string | null;
}

export interface DatasetDetails extends DatasetSummary {
  readonly broken: ProblemPage;
  readonly skipped: ProblemPage;
}

/** Findings saved in one transaction. */
const BATCH = 256;
const PROBLEMS = 50;

/**
 * Scans a folder and remembers what it holds. A folder that is known already is scanned again under its name; files keep
 * their identity by their path.
 * @throws ServiceError 'name-taken' | 'labels-mismatch' | 'no-images' (what was found is kept and can be shown) |
 * 'interrupted' (what was scanned so far is kept)
 * @throws IngestError 'not-found' | 'unreadable' when the folder itself cannot be listed
 */
export async function addDataset(
  ctx: Context,
  request: AddDatasetRequest,
  hooks: AddDatasetHooks,
): Promise<DatasetSummary> {
  const root = resolve(request.root);
  const known = knownDataset(ctx, root, request);
  const scannedAt = new Date().toISOString();
  const counts = { readable: 0, skipped: 0, broken: 0 };
  let dataset = known;
  let batch: ScanEntry[] = [];
  const save = (): Dataset => {
    // Only now: a folder that cannot be listed leaves no dataset behind.
    dataset ??= ctx.store.datasets.create({
      name: newName(root, request),
      rootPath: root,
      labelsFromSubfolders: request.labelsFromSubfolders,
    });
    ctx.store.files.upsertBatch(dataset.id, batch, scannedAt);
    batch = [];
    const { readable, skipped, broken } = counts;
    hooks.onProgress({ scanned: readable + skipped + broken, ...counts });
    return dataset;
  };
  for await (const entry of scanFolder(root, { labelsFromSubfolders: request.labelsFromSubfolders })) {
    counts[entry.status] += 1;
    batch.push(entry);
    if (hooks.signal.aborted) {
      save();
      throw new ServiceError(
        'interrupted',
        `The scan of "${root}" was stopped before its end; add the folder again to finish it.`,
      );
    }
    if (batch.length >= BATCH) save();
  }
  const { id } = save();
  ctx.store.files.markMissing(id, scannedAt);
  ctx.store.datasets.recordScan(id, {
    fingerprint: datasetFingerprint([...ctx.store.files.readable(id)]),
    scannedAt,
  });
  if (counts.readable === 0) throw new ServiceError('no-images', noImagesSentence(root, counts));
  return summaryOf(ctx, ctx.store.datasets.get(id));
}

/** All datasets, by name. */
export function listDatasets(ctx: Context): Promise<DatasetSummary[]> {
  return Promise.resolve().then(() => ctx.store.datasets.list().map((dataset) => summaryOf(ctx, dataset)));
}

/**
 * One dataset with the files that could not be used, a page of each kind.
 * @param page where to continue: `next` of the page before, for each kind on its own
 * @throws ServiceError 'unknown-dataset'
 */
export function showDataset(
  ctx: Context,
  name: string,
  page: { limit?: number; brokenAfter?: string; skippedAfter?: string } = {},
): Promise<DatasetDetails> {
  return Promise.resolve().then(() => {
    const dataset = findDataset(ctx, name);
    const { limit = PROBLEMS, brokenAfter = '', skippedAfter = '' } = page;
    return {
      ...summaryOf(ctx, dataset),
      broken: problems(ctx, dataset.id, 'broken', limit, brokenAfter),
      skipped: problems(ctx, dataset.id, 'skipped', limit, skippedAfter),
    };
  });
}

/** @throws ServiceError 'unknown-dataset' */
export function findDataset(ctx: Context, name: string): Dataset {
  const dataset = ctx.store.datasets.find(name);
  if (dataset !== undefined) return dataset;
  const names = ctx.store.datasets.list().map((each) => `"${each.name}"`);
  throw new ServiceError(
    'unknown-dataset',
    names.length === 0
      ? `There is no dataset named "${name}"; add a folder of images first.`
      : `There is no dataset named "${name}"; choose one of ${names.join(', ')}, or add its folder.`,
  );
}

/** The dataset that this request scans again, or undefined for a new one. */
function knownDataset(ctx: Context, root: string, request: AddDatasetRequest): Dataset | undefined {
  const { name, labelsFromSubfolders } = request;
  const ofRoot = ctx.store.datasets.list().filter(({ rootPath }) => rootPath === root);
  const found =
    name === undefined
      ? (ofRoot.find((each) => each.labelsFromSubfolders === labelsFromSubfolders) ?? ofRoot[0])
      : ctx.store.datasets.find(name);
  if (found === undefined) {
    const taken = ctx.store.datasets.find(newName(root, request));
    if (taken === undefined) return undefined;
    return refuseTaken(taken);
  }
  if (found.rootPath !== root) return refuseTaken(found);
  if (found.labelsFromSubfolders === labelsFromSubfolders) return found;
  throw new ServiceError(
    'labels-mismatch',
    `The dataset "${found.name}" was added ${found.labelsFromSubfolders ? 'with' : 'without'} labels from subfolders; ` +
      'add the folder the same way again, or under another name.',
  );
}

function refuseTaken({ name, rootPath }: Dataset): never {
  throw new ServiceError(
    'name-taken',
    `A dataset named "${name}" exists already, for the folder "${rootPath}"; choose another name.`,
  );
}

function newName(root: string, { name }: AddDatasetRequest): string {
  // The root of a drive has no name of its own.
  return name ?? (basename(root) || root);
}

function summaryOf(ctx: Context, dataset: Dataset): DatasetSummary {
  const { id, name, rootPath, labelsFromSubfolders, fingerprint, lastScannedAt } = dataset;
  return {
    id,
    name,
    root: rootPath,
    labelsFromSubfolders,
    fingerprint,
    lastScannedAt,
    counts: ctx.store.files.countsByStatus(id),
    labels: ctx.store.files.countsByLabel(id),
  };
}

function problems(
  ctx: Context,
  datasetId: number,
  status: 'broken' | 'skipped',
  limit: number,
  after: string,
): ProblemPage {
  const files = ctx.store.files
    .page(datasetId, { limit: limit + 1, after, status })
    .flatMap((file) =>
      file.status === 'readable' ? [] : [{ relativePath: file.relativePath, reason: file.reason }],
    );
  const shown = files.slice(0, limit);
  return { files: shown, next: files.length > limit ? (shown.at(-1)?.relativePath ?? null) : null };
}
