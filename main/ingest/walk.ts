import { readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { IngestError, fileSystemError } from './errors.ts';

/** One thing found under the root. `relativePath` uses "/" on every system. */
export type Found =
  | { readonly kind: 'file'; readonly relativePath: string }
  | { readonly kind: 'skipped'; readonly relativePath: string; readonly reason: string }
  | { readonly kind: 'broken'; readonly relativePath: string; readonly reason: string };

// Written by Windows, Synology, macOS archives: never the user's own images.
const JUNK = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '__macosx',
  '@eadir',
  '$recycle.bin',
  'system volume information',
]);

/**
 * Walks a folder depth first, names in code-unit order, so that the order is the same everywhere.
 * A hidden or junk folder is one skipped entry. A link to a folder is followed only out of the root, and no
 * folder is entered twice: links can neither loop nor list an image twice.
 * @throws IngestError not-found, unreadable, when the root itself cannot be listed
 */
export async function* walk(root: string): AsyncGenerator<Found, void, undefined> {
  let realRoot: string;
  try {
    realRoot = await realpath(root);
    if (!(await stat(realRoot)).isDirectory()) {
      throw new IngestError(
        'unreadable',
        root,
        `"${root}" is a file, not a folder; choose the folder that holds your images.`,
      );
    }
  } catch (thrown) {
    throw thrown instanceof IngestError ? thrown : fileSystemError(thrown, root);
  }
  const entries = await list(root);
  yield* walkEntries({ root, realRoot, visited: new Set([realRoot]) }, '', entries);
}

interface Walk {
  readonly root: string;
  readonly realRoot: string;
  readonly visited: Set<string>;
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (thrown) {
    throw fileSystemError(thrown, folder);
  }
}

async function* walkEntries(
  state: Walk,
  parent: string,
  entries: readonly Dirent[],
): AsyncGenerator<Found, void, undefined> {
  for (const entry of entries) {
    const relativePath = parent === '' ? entry.name : `${parent}/${entry.name}`;
    if (entry.name.startsWith('.') || JUNK.has(entry.name.toLowerCase())) {
      const reason = entry.isDirectory() ? 'hidden or system folder' : 'hidden or system file';
      yield { kind: 'skipped', relativePath, reason };
      continue;
    }
    const found = await look(state, relativePath, entry);
    if (found.kind === 'folder') yield* walkEntries(state, relativePath, found.entries);
    else yield found;
  }
}

/** Says what one entry is; a folder comes with its listing. */
async function look(
  state: Walk,
  relativePath: string,
  entry: Dirent,
): Promise<Found | { readonly kind: 'folder'; readonly entries: readonly Dirent[] }> {
  const path = join(state.root, relativePath);
  try {
    // stat follows a link to what it points at, and fails where that is gone or loops.
    const target = entry.isSymbolicLink() ? await stat(path) : entry;
    if (target.isFile()) return { kind: 'file', relativePath };
    if (!target.isDirectory()) return { kind: 'skipped', relativePath, reason: 'not a regular file' };
    const real = await realpath(path);
    const insideRoot = real.startsWith(withSeparator(state.realRoot)) || real === state.realRoot;
    if (state.visited.has(real) || (entry.isSymbolicLink() && insideRoot)) {
      return { kind: 'skipped', relativePath, reason: 'link to a folder that is scanned anyway' };
    }
    const entries = await list(path);
    state.visited.add(real);
    return { kind: 'folder', entries };
  } catch (thrown) {
    const error = thrown instanceof IngestError ? thrown : fileSystemError(thrown, path);
    return { kind: 'broken', relativePath, reason: error.message };
  }
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
