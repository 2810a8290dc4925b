import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IngestError } from '../errors.ts';
import { excerpt } from '../printable.ts';

/**
 * The file beside `path` that holds its voxels.
 * @throws IngestError not-found
 */
export async function voxelFile(path: string, names: readonly string[]): Promise<string> {
  for (const name of names) {
    const candidate = join(dirname(path), name);
    const found = await access(candidate).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  throw new IngestError(
    'not-found',
    path,
    `"${path}" is only a header, and its data file "${excerpt(names[0] ?? '')}" is not beside it; copy both into one folder.`,
  );
}
