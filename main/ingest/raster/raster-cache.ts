import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestError, fileSystemError } from '../errors.ts';
import { MAX_CACHE_BYTES } from '../limits.ts';
import { decoderError } from './sharp-decoding.ts';

/** The header of a file in libvips' own format; behind it lie the samples, row by row, in the machine's byte order. */
const HEADER = 64;
const SUFFIX = '.v';

/** Writes an image to a file of this name. */
type Unpack = (copy: string) => Promise<unknown>;

/** An image of a file, and the bytes that its samples take. */
export interface Unpacked {
  readonly path: string;
  readonly page: number;
  readonly bytes: number;
}

/**
 * Unpacked copies of large images, each made in one pass when it is first read. They can be deleted at any time: the next
 * reading makes them again. The least recently used go when all are larger than `limit` bytes.
 */
export class RasterCache {
  readonly #folder: string;
  readonly #limit: number;
  readonly #making = new Map<string, Promise<void>>();
  readonly #used = new Map<string, number>();

  /** @param folder holds nothing else; made for this user alone where it does not exist */
  constructor(folder: string, limit: number = MAX_CACHE_BYTES) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /**
   * Runs `use` with the path of the copy that `unpack` makes, and the offset of its first sample; meanwhile it is not let go.
   * @throws IngestError where the image cannot be decoded, or there is no room for the copy
   */
  async use<T>(
    image: Unpacked,
    unpack: Unpack,
    use: (copy: string, start: number) => Promise<T>,
  ): Promise<T> {
    const name = await nameOf(image);
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
    try {
      await this.#ensure(name, image, unpack);
      return await use(join(this.#folder, name), HEADER);
    } finally {
      const users = (this.#used.get(name) ?? 1) - 1;
      if (users === 0) this.#used.delete(name);
      else this.#used.set(name, users);
    }
  }

  async #ensure(name: string, image: Unpacked, unpack: Unpack): Promise<void> {
    const running = this.#making.get(name);
    if (running) return running;
    const making = this.#touch(name, image).then((found) =>
      found ? undefined : this.#make(name, image, unpack),
    );
    this.#making.set(name, making);
    try {
      await making;
    } finally {
      this.#making.delete(name);
    }
  }

  /** Whether the copy is there, as long as it has to be. */
  async #touch(name: string, image: Unpacked): Promise<boolean> {
    const copy = join(this.#folder, name);
    try {
      if ((await stat(copy)).size < HEADER + image.bytes) return false;
      const now = new Date();
      await utimes(copy, now, now);
      return true;
    } catch {
      return false;
    }
  }

  async #make(name: string, image: Unpacked, unpack: Unpack): Promise<void> {
    await this.#makeRoom(image);
    // Named last, so that a copy that was left half written is never taken for one.
    const partial = join(this.#folder, `${randomUUID()}.partial${SUFFIX}`);
    try {
      await unpack(partial);
      await rename(partial, join(this.#folder, name));
    } catch (thrown) {
      await rm(partial, { force: true });
      throw decoderError(thrown, image.path);
    }
  }

  async #makeRoom(image: Unpacked): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const copies = await this.#copies();
    let total = copies.reduce((sum, { size }) => sum + size, image.bytes);
    for (const { name, size } of copies) {
      if (total <= this.#limit) break;
      if (this.#used.has(name)) continue;
      await rm(join(this.#folder, name), { force: true });
      total -= size;
    }
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < HEADER + image.bytes) {
      throw new IngestError(
        'unreadable',
        image.path,
        `"${image.path}" has to be unpacked to ${(image.bytes / 2 ** 30).toFixed(1)} GiB, for which there is no room in "${this.#folder}"; make room there.`,
      );
    }
  }

  /** Finished copies, the least recently used first. */
  async #copies(): Promise<{ name: string; size: number; usedMs: number }[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(SUFFIX));
    const copies = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(this.#folder, name));
        return { name, size, usedMs: mtimeMs };
      }),
    );
    return copies.sort((a, b) => a.usedMs - b.usedMs);
  }
}

/** Changes with the file, so that a copy of what it was is never read for what it is. */
async function nameOf({ path, page }: Unpacked): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    const identity = JSON.stringify([path, ...[dev, ino, size, mtimeNs, page].map(String)]);
    return `${createHash('sha256').update(identity).digest('hex')}${SUFFIX}`;
  } catch (thrown) {
    throw fileSystemError(thrown, path);
  }
}

const PREFIX = 'flowscreen-raster-';
let privateCache: RasterCache | undefined;

/** The cache of this process: a folder that nobody else may read, gone when the process ends. */
export function processCache(): RasterCache {
  if (!privateCache) {
    const folder = join(tmpdir(), `${PREFIX}${String(process.pid)}-${randomUUID()}`);
    process.on('exit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
    removeOrphans();
    privateCache = new RasterCache(folder);
  }
  return privateCache;
}

/** A process that is killed leaves its copies behind. */
function removeOrphans(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    // Another user's folder cannot be removed, which is as it should be.
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it lives, as another user's.
    return !(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH');
  }
}
