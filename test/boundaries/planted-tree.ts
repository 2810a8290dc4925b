import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The checkout that these tests belong to. */
export const root = join(import.meta.dirname, '..', '..');

/**
 * Writes a small source tree to a fresh folder, which is gone when the running test ends.
 *
 * @param files contents by path relative to the folder
 * @returns the folder, with symbolic links resolved
 */
export function plantTree(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'flowscreen-boundaries-')));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return folder;
}
