import type { DatasetSummary } from '../../../preload/contract.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { FilePlace } from '../../store/file-records.ts';
import type { Context } from '../context.ts';
import { datasetSummary } from './dataset-summary.ts';
import { ServiceError } from '../service-error.ts';

export type { DatasetSummary } from '../../../preload/contract.ts';

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

const PROBLEMS = 50;

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

/** The folder as the audit trail may name it. */
export function auditedFolder({ rootPath, pseudonymised }: Dataset): string {
  return pseudonymised ? `pseudonymised, key ${rootPath}` : rootPath;
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
