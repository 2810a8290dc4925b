import { availableParallelism } from 'node:os';
import { driveLost } from './drive.ts';
import { examine } from './examine.ts';
import { orderedAhead } from './ordered-ahead.ts';
import type { ScanEntry } from './scan-entry.ts';
import type { Plane } from './stored-image.ts';
import { type Found, FolderWalk } from './walk.ts';

/**
 * Reads a folder and its subfolders in this process, in a fixed order: for folders that are trusted not to hold what brings a
 * decoder down. Every file appears exactly once, but for those that go away meanwhile.
 * @param plane in which volumes are cut
 * @throws IngestError not-found, unreadable, when the root itself cannot be listed; drive-lost
 */
export async function* scanFolder(
  root: string,
  { plane }: { readonly plane: Plane },
): AsyncGenerator<ScanEntry, void, undefined> {
  const walk = new FolderWalk(root);
  const entries = orderedAhead(walk.entries(), availableParallelism() + 1, (found) =>
    entryOf(root, found, plane, walk),
  );
  for await (const entry of entries) if (entry !== null) yield entry;
}

/** Null for a file that was taken away. */
async function entryOf(
  root: string,
  found: Found,
  plane: Plane,
  walk: FolderWalk,
): Promise<ScanEntry | null> {
  if (found.kind !== 'file') return entryOfUnread(found);
  const examined = await examine(
    root,
    { ...found, sha256: null },
    { kind: 'images', plane },
    () => undefined,
  );
  switch (examined.kind) {
    case 'entry':
      return examined.entry;
    case 'same':
    case 'content':
      throw new RangeError('a file was left out although nothing was known of it');
    case 'unreached':
      if (examined.trouble === 'drive') throw driveLost(root);
      await walk.checkReached(examined.relativePath);
      return null;
  }
}

/** What there is to say of something that is not to be opened. */
export function entryOfUnread({ kind, relativePath, reason }: Exclude<Found, { kind: 'file' }>): ScanEntry {
  const status = kind === 'skipped' ? 'skipped' : 'broken';
  return { status, relativePath, reason, sizeBytes: null, modifiedMs: null };
}
