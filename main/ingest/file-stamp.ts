import { stat } from 'node:fs/promises';
import { fileSystemError } from './errors.ts';
import { voxelPathOf } from './volume/voxel-path.ts';

/** What tells without reading a file whether it is as it was; with the file that holds its voxels, where it is only their header. */
export interface Stamp {
  readonly sizeBytes: number;
  /** As the file system gives it, fraction included. */
  readonly modifiedMs: number;
}

/** @throws IngestError 'not-found' | 'unreadable' */
export async function fileStamp(path: string): Promise<Stamp> {
  try {
    const { size, mtimeMs } = await stat(path);
    return await stampWith(path, { sizeBytes: size, modifiedMs: mtimeMs });
  } catch (error) {
    throw fileSystemError(error, path);
  }
}

/** @param own what the file system says of the file itself */
export async function stampWith(path: string, own: Stamp): Promise<Stamp> {
  const voxels = await voxelPathOf(path);
  if (voxels === null) return own;
  const { size, mtimeMs } = await stat(voxels);
  return { sizeBytes: own.sizeBytes + size, modifiedMs: Math.max(own.modifiedMs, mtimeMs) };
}
