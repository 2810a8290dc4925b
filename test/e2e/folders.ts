import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '../../examples/mri-modality');

/** A folder of this test file's own. */
export function newFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'flowscreen-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Real MRI slices: the first `count` of a folder of the bundled example. */
export function copySlices(from: string, to: string, count: number): void {
  mkdirSync(to, { recursive: true });
  const names = readdirSync(join(EXAMPLE, from)).filter((name) => name.endsWith('.png'));
  for (const name of names.sort().slice(0, count)) cpSync(join(EXAMPLE, from, name), join(to, name));
}
