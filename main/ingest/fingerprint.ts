import { createHash } from 'node:crypto';
import type { Part } from './stored-image.ts';

export interface FingerprintEntry extends Part {
  readonly relativePath: string;
  readonly sha256: string;
}

/**
 * SHA-256 (hex) over one line per image, sorted: the same images give the same fingerprint
 * whatever the order and wherever the folder lies. Paths are written as JSON, so that no file name can
 * imitate a second line.
 */
export function datasetFingerprint(entries: Iterable<FingerprintEntry>): string {
  const fingerprint = new DatasetFingerprint();
  fingerprint.add(entries);
  return fingerprint.digest();
}

/** The same of images that are not all in memory at once: a line of each is kept. */
export class DatasetFingerprint {
  readonly #lines: string[] = [];

  add(entries: Iterable<FingerprintEntry>): void {
    for (const entry of entries) {
      this.#lines.push(`${JSON.stringify(entry.relativePath)}${partKey(entry)} ${entry.sha256}\n`);
    }
  }

  digest(): string {
    const hash = createHash('sha256');
    // The default sort compares code units: no locale changes the fingerprint.
    for (const line of this.#lines.sort()) hash.update(line);
    return hash.digest('hex');
  }
}

/** Which image of its file, for keys and names; empty for the first of a file that is no volume. */
export function partKey({ frame, plane }: Part): string {
  return plane === null && frame === 0 ? '' : `[${plane ?? ''}${String(frame)}]`;
}
