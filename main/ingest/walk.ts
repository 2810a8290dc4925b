import { readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { driveLost, troubleOf } from './drive.ts';
import { IngestError, fileSystemError } from './errors.ts';
import { stampWith } from './file-stamp.ts';

/** One thing found under the root. `relativePath` uses "/" on every system. */
export type Found =
  | FoundFile
  | { readonly kind: 'skipped'; readonly relativePath: string; readonly reason: string }
  /** What lies below, if it is a folder, could not be listed: nothing is known of it. */
  | { readonly kind: 'unlisted'; readonly relativePath: string; readonly reason: string };

export interface FoundFile {
  readonly kind: 'file';
  readonly relativePath: string;
  readonly sizeBytes: number;
  /** As the file system gives it, fraction included. */
  readonly modifiedMs: number;
}

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

/** What is not looked at, whatever it is. */
export function isJunk(name: string): boolean {
  return name.startsWith('.') || JUNK.has(name.toLowerCase());
}

/** Files asked for at once for their sizes and times: a drive in a network answers each after a while. */
const AT_ONCE = 32;

/**
 * One walk through a folder, depth first, names in code-unit order, so that the order is the same everywhere.
 * A hidden or junk folder is one skipped entry. A link to a folder is followed only out of the root, and no
 * folder is entered twice: links can neither loop nor list an image twice.
 */
export class FolderWalk {
  readonly #root: string;
  /** Device and number of each folder when it was listed, by its relative path. */
  readonly #listed = new Map<string, string>();
  readonly #visited = new Set<string>();
  #realRoot = '';

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Everything under the root; what goes away meanwhile is left out. To be called once.
   * @throws IngestError not-found, unreadable, when the root itself cannot be listed; drive-lost
   */
  async *entries(): AsyncGenerator<Found, void, undefined> {
    let entries: Dirent[];
    try {
      this.#realRoot = await realpath(this.#root);
      const root = await stat(this.#realRoot);
      if (!root.isDirectory()) throw notAFolder(this.#root);
      this.#visited.add(this.#realRoot);
      entries = await this.#list('', root);
    } catch (thrown) {
      throw thrown instanceof IngestError ? thrown : fileSystemError(thrown, this.#root);
    }
    yield* this.#walk('', entries);
    // A drive that went while the last folder was walked looks like a folder that ends there.
    await this.checkReached('');
  }

  /**
   * Whether everything above a path that is not there (any more) still is what was listed: then the file was taken away.
   * @throws IngestError drive-lost where it is not
   */
  async checkReached(relativePath: string): Promise<void> {
    for (const [folder, identity] of this.#above(relativePath)) {
      const path = join(this.#root, folder);
      try {
        if (identityOf(await stat(path)) === identity) continue;
        throw driveLost(path);
      } catch (thrown) {
        // A folder that was taken away from one that is there.
        if (folder !== '' && troubleOf(thrown) === 'absent') return;
        throw thrown instanceof IngestError ? thrown : driveLost(path, { cause: thrown });
      }
    }
  }

  /** The listed folders on the way to a path, from the root on. */
  *#above(relativePath: string): Generator<readonly [folder: string, identity: string], void> {
    const parts = relativePath.split('/');
    for (let depth = 0; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      const identity = this.#listed.get(folder);
      if (identity !== undefined) yield [folder, identity];
    }
  }

  async *#walk(parent: string, entries: readonly Dirent[]): AsyncGenerator<Found, void, undefined> {
    for (let start = 0; start < entries.length; start += AT_ONCE) {
      const part = entries.slice(start, start + AT_ONCE);
      const found = await Promise.all(part.map((entry) => this.#look(posix.join(parent, entry.name), entry)));
      for (const each of found) {
        if (each === null) continue;
        if (each.kind !== 'folder') yield each;
        else yield* this.#enter(each.relativePath, each.isLink);
      }
    }
  }

  /** Says what one entry is; null for what is no longer there. */
  async #look(relativePath: string, entry: Dirent): Promise<Found | Folder | null> {
    if (isJunk(entry.name)) {
      const reason = entry.isDirectory() ? 'hidden or system folder' : 'hidden or system file';
      return { kind: 'skipped', relativePath, reason };
    }
    if (entry.isDirectory()) return { kind: 'folder', relativePath, isLink: false };
    const isLink = entry.isSymbolicLink();
    if (!isLink && !entry.isFile()) return { kind: 'skipped', relativePath, reason: 'not a regular file' };
    try {
      // Follows a link to what it points at, and fails where that is gone or loops.
      const target = await stat(join(this.#root, relativePath));
      if (target.isDirectory()) return { kind: 'folder', relativePath, isLink };
      if (!target.isFile()) return { kind: 'skipped', relativePath, reason: 'not a regular file' };
      const own = { sizeBytes: target.size, modifiedMs: target.mtimeMs };
      return { kind: 'file', relativePath, ...(await stampWith(join(this.#root, relativePath), own)) };
    } catch (thrown) {
      return this.#unreadable(thrown, relativePath, isLink);
    }
  }

  async *#enter(relativePath: string, isLink: boolean): AsyncGenerator<Found, void, undefined> {
    const path = join(this.#root, relativePath);
    let entries: Dirent[];
    try {
      const real = await realpath(path);
      const insideRoot = real.startsWith(withSeparator(this.#realRoot)) || real === this.#realRoot;
      if (this.#visited.has(real) || (isLink && insideRoot)) {
        yield { kind: 'skipped', relativePath, reason: 'link to a folder that is scanned anyway' };
        return;
      }
      entries = await this.#list(relativePath, await stat(real));
      this.#visited.add(real);
    } catch (thrown) {
      const found = await this.#unreadable(thrown, relativePath, isLink);
      if (found !== null) yield found;
      return;
    }
    yield* this.#walk(relativePath, entries);
  }

  async #list(relativePath: string, folder: Stats): Promise<Dirent[]> {
    const entries = await readdir(join(this.#root, relativePath), { withFileTypes: true });
    this.#listed.set(relativePath, identityOf(folder));
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** @throws IngestError drive-lost */
  async #unreadable(thrown: unknown, relativePath: string, isLink: boolean): Promise<Found | null> {
    const path = join(this.#root, relativePath);
    const trouble = troubleOf(thrown);
    if (trouble === 'drive') throw driveLost(path, { cause: thrown });
    // A link may lead to where nothing is, on a drive that is fine.
    if (trouble === 'absent' && !isLink) {
      await this.checkReached(relativePath);
      return null;
    }
    return { kind: 'unlisted', relativePath, reason: fileSystemError(thrown, path).message };
  }
}

interface Folder {
  readonly kind: 'folder';
  readonly relativePath: string;
  readonly isLink: boolean;
}

function identityOf({ dev, ino }: Stats): string {
  return `${String(dev)} ${String(ino)}`;
}

function notAFolder(root: string): IngestError {
  return new IngestError(
    'unreadable',
    root,
    `"${root}" is a file, not a folder; choose the folder that holds your images.`,
  );
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
