import { fileStamp } from './file-stamp.ts';
import { openFile } from './open-file.ts';
import type { OpenedFile, Plane } from './stored-image.ts';

/** What opened files may hold in memory together, so that the slices of a volume are not unpacked one by one. */
const CAPACITY = 2 ** 29;

interface Kept {
  /** Changes with the file, so that one that was replaced is opened again. */
  readonly stamp: string;
  readonly file: Promise<OpenedFile>;
  bytes: number;
}

/** Files of several images opened lately, those least recently used let go first. */
export class OpenFiles {
  // A Map keeps insertion order: its first entry is the least recently used one.
  readonly #kept = new Map<string, Kept>();

  /** @param plane in which a volume is cut @throws IngestError as {@link openFile} */
  async of(path: string, plane: Plane | null): Promise<OpenedFile> {
    const key = `${plane ?? ''} ${path}`;
    const stamp = await stampOf(path);
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    if (known?.stamp === stamp) {
      this.#kept.set(key, known);
      return known.file;
    }
    const kept: Kept = { stamp, file: openFile(path, plane), bytes: 0 };
    this.#kept.set(key, kept);
    try {
      const file = await kept.file;
      kept.bytes = file.heldBytes;
      // Who has the only image of a file has no further use for it.
      if (file.images.length === 1) this.#forget(key, kept);
      this.#letGo();
      return file;
    } catch (error) {
      this.#forget(key, kept);
      throw error;
    }
  }

  #forget(key: string, kept: Kept): void {
    if (this.#kept.get(key) === kept) this.#kept.delete(key);
  }

  #letGo(): void {
    let bytes = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    for (const [key, kept] of this.#kept) {
      if (bytes <= CAPACITY) return;
      this.#kept.delete(key);
      bytes -= kept.bytes;
    }
  }
}

async function stampOf(path: string): Promise<string> {
  const { sizeBytes, modifiedMs } = await fileStamp(path);
  return `${String(sizeBytes)} ${String(modifiedMs)}`;
}
