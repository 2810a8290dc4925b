import { open } from 'node:fs/promises';
import { IngestError, fileSystemError } from '../errors.ts';
import { truncated } from '../problems.ts';

const WINDOW = 64 * 2 ** 10;

/** A file, and its bytes where they are in memory already. */
export interface FileSource {
  readonly path: string;
  readonly bytes: Uint8Array | null;
}

/** An open file, or what stands for one. */
export interface ReadAt {
  read(
    target: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** Runs `use` with the open file. @throws IngestError where the file system fails */
export async function withFile<T>(
  { path, bytes }: FileSource,
  use: (file: ReadAt) => Promise<T>,
): Promise<T> {
  if (bytes !== null) return use(inMemory(bytes));
  try {
    const file = await open(path, 'r');
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw isSystemError(thrown) ? fileSystemError(thrown, path) : thrown;
  }
}

function inMemory(bytes: Uint8Array): ReadAt {
  return {
    read: (target, offset, length, position) => {
      const part = bytes.subarray(position, position + length);
      target.set(part, offset);
      return Promise.resolve({ bytesRead: part.length });
    },
  };
}

function isSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && !(thrown instanceof IngestError) && 'syscall' in thrown;
}

/** Exactly `length` bytes of a file. @throws IngestError truncated where it ends before */
export async function readExactly(
  file: ReadAt,
  at: number,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) throw truncated(path);
    done += bytesRead;
  }
  return bytes;
}

/** Reads small pieces of a large file, most of them out of the piece that it read last. */
export class ByteWindow {
  readonly source: FileSource;
  readonly path: string;
  readonly size: number;
  readonly #file: ReadAt;
  #start = 0;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** @param file the source, open */
  constructor(file: ReadAt, source: FileSource, size: number) {
    this.#file = file;
    this.source = source;
    this.path = source.path;
    this.size = size;
  }

  /** @throws IngestError truncated where the file ends before */
  async read(at: number, length: number): Promise<DataView> {
    if (at + length > this.size) throw truncated(this.path);
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      const span = Math.min(Math.max(WINDOW, length), this.size - at);
      this.#bytes = await readExactly(this.#file, at, span, this.path);
      this.#start = at;
    }
    return new DataView(this.#bytes.buffer, at - this.#start, length);
  }
}
