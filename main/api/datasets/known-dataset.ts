import { basename } from 'node:path';
import type { Plane } from '../../ingest/stored-image.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { Context } from '../context.ts';
import { placesAtHand, placesOf } from './file-path.ts';
import { ServiceError } from '../service-error.ts';

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
    const taken = request.pseudonymise === true ? undefined : ctx.store.datasets.find(newName(root, request));
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

/** What a new dataset is called. */
export function newName(root: string, { name }: Pick<AddDatasetRequest, 'name'>): string {
  // The root of a drive has no name of its own.
  return name ?? (basename(root) || root);
}
