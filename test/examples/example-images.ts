import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

export const EXAMPLES = join(import.meta.dirname, '../../examples');

/** Paths of all PNG files below a folder, relative to it, with forward slashes, sorted. */
export function pngsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** The decoded grey values of an image, row by row. */
export async function greyValues(path: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(path).toColourspace('b-w').raw().toBuffer());
}

/** Number of files per folder, keyed by the folder's path. */
export function countsByFolder(files: readonly string[]): Record<string, number> {
  const folders = Object.groupBy(files, (file) => file.slice(0, file.lastIndexOf('/')));
  return Object.fromEntries(
    Object.entries(folders).map(([folder, members]) => [folder, members?.length ?? 0]),
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function sha256OfFile(path: string): string {
  return sha256(readFileSync(path));
}
