import { createHash } from 'node:crypto';

export interface FingerprintEntry {
  readonly relativePath: string;
  readonly sha256: string;
}

/**
 * SHA-256 (hex) over one line per file, sorted: the same files give the same fingerprint
 * whatever the order and wherever the folder lies. Paths are written as JSON, so that no file name can
 * imitate a second line.
 */
export function datasetFingerprint(entries: readonly FingerprintEntry[]): string {
  const lines = entries.map((entry) => `${JSON.stringify(entry.relativePath)} ${entry.sha256}\n`);
  const hash = createHash('sha256');
  // The default sort compares code units: no locale changes the fingerprint.
  for (const line of lines.sort()) hash.update(line);
  return hash.digest('hex');
}
