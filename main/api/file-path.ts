import { join } from 'node:path';
import type { Dataset } from '../store/datasets.ts';

/** Where a file of a dataset is now, absolute. */
export function filePath({ rootPath }: Dataset, { relativePath }: { readonly relativePath: string }): string {
  return join(rootPath, relativePath);
}
