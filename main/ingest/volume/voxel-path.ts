import { IngestError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { MAX_HEADER_BYTES } from './limits.ts';
import { parseHeader } from './parse-header.ts';
import { sniffVolume } from './sniff-volume.ts';
import { voxelFile } from './voxel-file.ts';

/** Headers that come without their voxels. */
const HEADER_ALONE = /\.(mhd|hdr)$/i;

/**
 * The file beside a header that holds its voxels, which is part of the same content; null for every other file, and for a header that
 * cannot be used: whoever opens it says why.
 */
export async function voxelPathOf(path: string): Promise<string | null> {
  if (!HEADER_ALONE.test(path)) return null;
  try {
    const file = await ByteReader.ofFile(path);
    try {
      const head = await file.peek(MAX_HEADER_BYTES);
      const format = sniffVolume(head);
      if (format === null || format === 'gzip') return null;
      const { beside } = parseHeader(head, format, path).voxels;
      return beside === null ? null : await voxelFile(path, beside);
    } finally {
      file.close();
    }
  } catch (thrown) {
    if (thrown instanceof IngestError) return null;
    throw thrown;
  }
}
