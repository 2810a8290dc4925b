import type { Dirent } from 'node:fs';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ServiceError } from './service-error.ts';

export interface FolderListing {
  readonly path: string;
  /** Null at the top. */
  readonly parent: string | null;
  readonly folders: { name: string; path: string }[];
}

/** Stands for the list of drives on Windows, which no folder holds. */
const DRIVES = '/';

/**
 * The folders in a folder, by name only: hidden ones and those that may not be entered are left out.
 * @param path absolute; the person's own folder when null
 * @throws ServiceError 'folder-missing' where it cannot be listed
 */
export async function browseFolder(path: string | null): Promise<FolderListing> {
  if (process.platform === 'win32' && path === DRIVES) return listDrives();
  if (path !== null && !isAbsolute(path)) refuse(path);
  const folder = resolve(path ?? homedir());
  const entries = await entriesOf(folder);
  const found = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.'))
      .map(async (entry) => ((await isFolder(folder, entry)) ? [entry.name] : [])),
  );
  return {
    path: folder,
    parent: parentOf(folder),
    folders: found
      .flat()
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map((name) => ({ name, path: join(folder, name) })),
  };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  // A path with a zero byte is no path of any system.
  if (folder.includes('\0')) refuse(folder);
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    return refuse(folder, error);
  }
}

async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isDirectory() && !entry.isSymbolicLink()) return false;
  const path = join(parent, entry.name);
  try {
    if (!entry.isDirectory() && !(await stat(path)).isDirectory()) return false;
    await access(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    // A link to nowhere, or a folder of someone else's: nothing to choose.
    return false;
  }
}

function parentOf(folder: string): string | null {
  const parent = dirname(folder);
  if (parent !== folder) return parent;
  return process.platform === 'win32' ? DRIVES : null;
}

async function listDrives(): Promise<FolderListing> {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const drives = await Promise.all(
    letters.map(async (letter) => {
      const path = `${letter}:\\`;
      try {
        await access(path);
        return [{ name: path, path }];
      } catch {
        // No such drive.
        return [];
      }
    }),
  );
  return { path: DRIVES, parent: null, folders: drives.flat() };
}

function refuse(path: string, cause?: unknown): never {
  throw new ServiceError(
    'folder-missing',
    `The folder "${path.replaceAll('\0', '')}" cannot be opened; check that it exists and that you may read it, or choose another one.`,
    { cause },
  );
}
