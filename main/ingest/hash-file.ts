import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileSystemError } from './errors.ts';

/**
 * SHA-256 of a file's bytes, in hexadecimal; read piece by piece, whatever its size.
 * @throws IngestError 'not-found' | 'unreadable'
 */
export async function hashFile(path: string): Promise<string> {
  try {
    const digest = createHash('sha256');
    await pipeline(createReadStream(path), digest);
    return digest.digest('hex');
  } catch (thrown) {
    throw fileSystemError(thrown, path);
  }
}
