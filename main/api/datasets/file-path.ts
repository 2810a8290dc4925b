/** Where the files of a dataset are now: the one place that knows, whether the database names them or holds pseudonyms. */
import { join } from 'node:path';
import type { Dataset } from '../../store/datasets.ts';
import type { Context } from '../context.ts';
import { readKeyFile } from '../pseudonyms/key-file.ts';
import { unshifted } from '../pseudonyms/time-shift.ts';
import { aboutNoFile, withoutNames } from '../pseudonyms/without-names.ts';
import { ServiceError } from '../service-error.ts';

/** What changes between a file on disk and its record. */
interface OnDisk {
  readonly relativePath: string;
  readonly modifiedMs?: number;
}

/** The files of one dataset. */
export interface Places {
  /** The dataset's folder, absolute. */
  readonly root: string;
  /** A record as the file is on disk: with its own path below the root and its own time. @throws ServiceError 'key-missing' */
  onDisk<T extends OnDisk>(record: T): T;
  /** A sentence about that file, as it may be stored and logged. */
  aboutFile(sentence: string, record: OnDisk): string;
  /** A sentence about anything else of the dataset, as it may be stored and logged. */
  about(sentence: string): string;
}

/** @throws ServiceError 'key-missing' */
export function placesOf(ctx: Pick<Context, 'home'>, dataset: Dataset): Places {
  const { rootPath, pseudonymised, name } = dataset;
  if (!pseudonymised) {
    return {
      root: rootPath,
      onDisk: (record) => record,
      aboutFile: (sentence) => sentence,
      about: (sentence) => sentence,
    };
  }
  const { root, key, paths } = readKeyFile(ctx.home, { id: rootPath, name });
  const pathOf = ({ relativePath }: OnDisk): string => {
    const path = paths.get(relativePath);
    if (path !== undefined) return path;
    throw new ServiceError(
      'key-missing',
      `The file that leads from pseudonyms to files does not know "${relativePath}" of "${name}"; scan the folder again.`,
    );
  };
  return {
    root,
    onDisk: (record) => ({
      ...record,
      relativePath: pathOf(record),
      ...(record.modifiedMs !== undefined && { modifiedMs: unshifted(key, record.modifiedMs) }),
    }),
    aboutFile: (sentence, record) =>
      withoutNames(sentence, { root, path: pathOf(record), pseudonym: record.relativePath }),
    about: (sentence) => aboutNoFile(sentence, root),
  };
}

/** As {@link placesOf}; null while the file that leads to the dataset's files is away. */
export function placesAtHand(ctx: Pick<Context, 'home'>, dataset: Dataset): Places | null {
  try {
    return placesOf(ctx, dataset);
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'key-missing') return null;
    throw error;
  }
}

/** Where a file of a dataset is now, absolute. @throws ServiceError 'key-missing' */
export function filePath(
  ctx: Pick<Context, 'home'>,
  dataset: Dataset,
  record: { readonly relativePath: string },
): string {
  const places = placesOf(ctx, dataset);
  return join(places.root, places.onDisk({ relativePath: record.relativePath }).relativePath);
}
