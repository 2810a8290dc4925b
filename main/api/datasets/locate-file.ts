import type { Context } from '../context.ts';
import { findDataset } from './datasets.ts';
import { filePath } from './file-path.ts';
import { ServiceError } from '../service-error.ts';

/**
 * Where a file lies, absolute, by what the dataset calls it: what leads from a pseudonym back to an image.
 * @throws ServiceError 'unknown-dataset' | 'unknown-file' | 'key-missing'
 */
export function locateFile(ctx: Context, name: string, relativePath: string): string {
  const dataset = findDataset(ctx, name);
  const file = ctx.store.files.find(dataset.id, relativePath);
  if (file !== undefined) return filePath(ctx, dataset, file);
  throw new ServiceError(
    'unknown-file',
    `"${name}" has no file "${relativePath}"; choose one that its ranking lists.`,
  );
}
