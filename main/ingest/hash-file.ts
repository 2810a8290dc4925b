import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileSystemError } from './errors.ts';
import { voxelPathOf } from './volume/voxel-path.ts';

/**
 * SHA-256 of a file's bytes, in hexadecimal, followed by those of the file that holds its voxels where it is only their header; read piece
 * by piece, whatever its size.
 * @param whole the file's bytes, where they are in memory
 * @throws IngestError 'not-found' | 'unreadable'
 */
export async function hashFile(path: string, whole: Uint8Array | null = null): Promise<string> {
  const digest = createHash('sha256');
  const voxels = await voxelPathOf(path);
  for (const part of [path, ...(voxels === null ? [] : [voxels])]) {
    if (part === path && whole !== null) {
      digest.update(whole);
      continue;
    }
    try {
      await pipeline(createReadStream(part), digest, { end: false });
    } catch (thrown) {
      throw fileSystemError(thrown, part);
    }
  }
  return digest.digest('hex');
}
