import { basename, resolve } from 'node:path';
import type { DatasetSummary } from '../../preload/contract.ts';
import { datasetFingerprint } from '../ingest/fingerprint.ts';
import { noImagesSentence } from '../ingest/no-images.ts';
import { scanFolder } from '../ingest/scan.ts';
import type { Plane } from '../ingest/stored-image.ts';
import type { Dataset, Grouping } from '../store/datasets.ts';
import type { FileFinding, FilePlace } from '../store/files.ts';
import { recordAction } from './actions.ts';
import type { Context } from './context.ts';
import { datasetSummary } from './dataset-summary.ts';
import { placesAtHand, placesOf } from './file-path.ts';
import { groupSalt } from './group-salt.ts';
import { groupsOf } from './grouping.ts';
import { Pseudonymiser } from './pseudonyms/pseudonymiser.ts';
import { findingsOf } from './scan-findings.ts';
import { ServiceError } from './service-error.ts';

export type { DatasetSummary } from '../../preload/contract.ts';

export interface AddDatasetRequest {
  /** The folder of images; its subfolders are scanned too. */
  readonly root: string;
  /** The folder's own name when absent. */
  readonly name?: string;
  /** Label each image with the folder directly under the root that it lies in. */
  readonly labelsFromSubfolders: boolean;
  /** In which volumes are cut; as before for a folder that is known, else axial when absent. */
  readonly plane?: Plane;
  /** Store no name of a file or folder, no date and no description; as before for a folder that is known, else not when absent. */
  readonly pseudonymise?: boolean;
}

export interface ScanProgress {
  /** Files. */
  readonly scanned: number;
  /** Images, of which a file may hold many. */
  readonly readable: number;
  readonly skipped: number;
  readonly broken: number;
}

export interface AddDatasetHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ScanProgress) => void;
}

export interface FileProblem extends FilePlace {
  readonly reason: string;
}

export interface ProblemPage {
  readonly files: readonly FileProblem[];
  /** Where the next page starts; null after the last. */
  readonly next: FilePlace | null;
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
 * @throws ServiceError 'name-taken' | 'labels-mismatch' | 'pseudonyms-mismatch' | 'key-missing' | 'no-images' (what was found is
 * kept and can be shown) | 'interrupted' (what was scanned so far is kept)
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
  const counts = { scanned: 0, readable: 0, skipped: 0, broken: 0 };
  const pseudonyms = pseudonymiserOf(ctx, root, request, known);
  const salt = pseudonyms?.salt ?? groupSalt(ctx.home);
  let dataset = known;
  let batch: FileFinding[] = [];
  const save = (): Dataset => {
    // Only now: a folder that cannot be listed leaves no dataset behind.
    dataset ??= create(ctx, root, request, pseudonyms);
    pseudonyms?.save();
    ctx.store.files.upsertBatch(dataset.id, batch, scannedAt);
    batch = [];
    hooks.onProgress({ ...counts });
    return dataset;
  };
  const { labelsFromSubfolders, plane = known?.plane ?? 'axial' } = request;
  for await (const entry of scanFolder(root, { plane })) {
    const findings = findingsOf(entry, { salt, labelsFromSubfolders }).map(
      (finding) => pseudonyms?.stored(finding) ?? finding,
    );
    counts.scanned += 1;
    counts[entry.status] += findings.length;
    batch.push(...findings);
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
  finishScan(ctx, ctx.store.datasets.get(id), scannedAt);
  if (counts.readable === 0) throw new ServiceError('no-images', noImagesSentence(root, counts));
  return datasetSummary(ctx, ctx.store.datasets.get(id));
}

/** All datasets, by name. */
export function listDatasets(ctx: Context): Promise<DatasetSummary[]> {
  return Promise.resolve().then(() =>
    Promise.all(ctx.store.datasets.list().map((dataset) => datasetSummary(ctx, dataset))),
  );
}

/**
 * One dataset with the files that could not be used, a page of each kind.
 * @param page where to continue: `next` of the page before, for each kind on its own
 * @throws ServiceError 'unknown-dataset'
 */
export function showDataset(
  ctx: Context,
  name: string,
  page: { limit?: number; brokenAfter?: FilePlace; skippedAfter?: FilePlace } = {},
): Promise<DatasetDetails> {
  return Promise.resolve().then(async () => {
    const dataset = findDataset(ctx, name);
    const { limit = PROBLEMS, brokenAfter, skippedAfter } = page;
    return {
      ...(await datasetSummary(ctx, dataset)),
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

/** The dataset of that number, unless it was taken out of the lists. @throws ServiceError 'unknown-dataset' */
export function listedDataset(ctx: Context, id: number): Dataset {
  const dataset = ctx.store.datasets.list().find((each) => each.id === id);
  if (dataset !== undefined) return dataset;
  throw new ServiceError(
    'unknown-dataset',
    `There is no dataset with the number ${id}; it may have been removed, look at the list of datasets.`,
  );
}

function create(
  ctx: Context,
  root: string,
  request: AddDatasetRequest,
  pseudonyms: Pseudonymiser | null,
): Dataset {
  return ctx.store.transaction(() => {
    const dataset = ctx.store.datasets.create({
      name: newName(root, request, pseudonyms),
      rootPath: pseudonyms?.id ?? root,
      labelsFromSubfolders: request.labelsFromSubfolders,
      plane: request.plane ?? 'axial',
      pseudonymised: pseudonyms !== null,
    });
    recordAction(ctx, {
      action: 'dataset added',
      subject: `dataset ${dataset.name}`,
      newValue: auditedFolder(dataset),
    });
    return dataset;
  });
}

function finishScan(ctx: Context, dataset: Dataset, scannedAt: string): void {
  const { id, name } = dataset;
  const grouping = dataset.fingerprint === null ? firstGrouping(ctx, dataset) : dataset.grouping;
  const groups = groupsOf(ctx, dataset, grouping);
  const fingerprint = datasetFingerprint([...ctx.store.files.readable(id)]);
  ctx.store.transaction(() => {
    ctx.store.files.setGroups(groups);
    ctx.store.datasets.setGrouping(id, grouping);
    ctx.store.datasets.recordScan(id, { fingerprint, scannedAt });
    recordAction(ctx, {
      action: 'dataset scanned',
      subject: `dataset ${name}`,
      oldValue: dataset.fingerprint,
      newValue: fingerprint,
    });
  });
}

/** The folder as the audit trail may name it. */
export function auditedFolder({ rootPath, pseudonymised }: Dataset): string {
  return pseudonymised ? `pseudonymised, key ${rootPath}` : rootPath;
}

/** Images of one patient are never torn apart where patients are known. */
function firstGrouping(ctx: Context, { id, grouping }: Dataset): Grouping {
  for (const { patientKey } of ctx.store.files.readable(id)) if (patientKey !== null) return 'patient';
  return grouping;
}

/** A new key, or that of the dataset; null where names are stored. @throws ServiceError 'key-missing' | 'write-failed' */
function pseudonymiserOf(
  { home }: Context,
  root: string,
  { pseudonymise = false }: AddDatasetRequest,
  known: Dataset | undefined,
): Pseudonymiser | null {
  if (known === undefined) return pseudonymise ? Pseudonymiser.create(home, root) : null;
  return known.pseudonymised ? Pseudonymiser.open(home, { id: known.rootPath, name: known.name }) : null;
}

/**
 * The dataset that this request scans again, or undefined for a new one.
 * @throws ServiceError 'name-taken' | 'labels-mismatch' | 'pseudonyms-mismatch' | 'key-missing'
 */
export function knownDataset(ctx: Context, root: string, request: AddDatasetRequest): Dataset | undefined {
  const found = namedOrOfRoot(ctx, root, request);
  if (found === undefined || request.pseudonymise === undefined) return found;
  if (request.pseudonymise === found.pseudonymised) return found;
  throw new ServiceError(
    'pseudonyms-mismatch',
    `The dataset "${found.name}" was added ${found.pseudonymised ? 'with' : 'without'} pseudonyms; ` +
      'add the folder the same way again, or under another name.',
  );
}

function namedOrOfRoot(ctx: Context, root: string, request: AddDatasetRequest): Dataset | undefined {
  const { name, labelsFromSubfolders } = request;
  const isOfRoot = (dataset: Dataset) => placesAtHand(ctx, dataset)?.root === root;
  const ofRoot = ctx.store.datasets.list().filter(isOfRoot);
  const found =
    name === undefined
      ? (ofRoot.find((each) => each.labelsFromSubfolders === labelsFromSubfolders) ?? ofRoot[0])
      : ctx.store.datasets.find(name);
  if (found === undefined) {
    const taken =
      request.pseudonymise === true ? undefined : ctx.store.datasets.find(newName(root, request, null));
    if (taken === undefined) return undefined;
    return refuseTaken(taken);
  }
  if (placesOf(ctx, found).root !== root) return refuseTaken(found);
  if (found.labelsFromSubfolders === labelsFromSubfolders) return found;
  throw new ServiceError(
    'labels-mismatch',
    `The dataset "${found.name}" was added ${found.labelsFromSubfolders ? 'with' : 'without'} labels from subfolders; ` +
      'add the folder the same way again, or under another name.',
  );
}

function refuseTaken({ name, rootPath, pseudonymised }: Dataset): never {
  throw new ServiceError(
    'name-taken',
    `A dataset named "${name}" exists already, for ${pseudonymised ? 'another folder' : `the folder "${rootPath}"`}; choose another name.`,
  );
}

function newName(root: string, { name }: AddDatasetRequest, pseudonyms: Pseudonymiser | null): string {
  if (name !== undefined) return name;
  // A folder's name may be a patient's.
  if (pseudonyms !== null) return `pseudonymised ${pseudonyms.id.slice(0, 6)}`;
  // The root of a drive has no name of its own.
  return basename(root) || root;
}

function problems(
  ctx: Context,
  datasetId: number,
  status: 'broken' | 'skipped',
  limit: number,
  after: FilePlace | undefined,
): ProblemPage {
  const files = ctx.store.files
    .page(datasetId, { limit: limit + 1, after, status })
    .flatMap((file) =>
      file.status === 'readable'
        ? []
        : [{ relativePath: file.relativePath, frame: file.frame, plane: file.plane, reason: file.reason }],
    );
  const shown = files.slice(0, limit);
  return { files: shown, next: files.length > limit ? (shown.at(-1) ?? null) : null };
}
