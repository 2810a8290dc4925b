import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createUnzip } from 'node:zlib';
import { IngestError, fileSystemError, thrownMessage } from '../errors.ts';
import { corrupt, truncated } from '../problems.ts';
import { MAX_DEFLATE_RATIO } from './limits.ts';

const CHUNK_BYTES = 2 ** 18;

/**
 * Reads bytes front to back, in pieces of any length, and takes no more from their source than it was asked for.
 * Every method throws IngestError: truncated where the bytes end too early, corrupt where they cannot be unpacked, unreadable.
 */
export class ByteReader {
  /** It cannot give more than this in all, whatever a header inside claims. */
  readonly capacity: number;
  readonly #path: string;
  readonly #source: Readable;
  readonly #chunks: AsyncIterator<unknown, unknown>;
  /** Taken from the source already, and not yet from here. */
  #pending: Uint8Array = new Uint8Array();

  readonly #below: ByteReader | null;

  private constructor(source: Readable, capacity: number, path: string, below: ByteReader | null) {
    this.capacity = capacity;
    this.#path = path;
    this.#source = source;
    this.#chunks = source[Symbol.asyncIterator]();
    this.#below = below;
  }

  /** @throws IngestError not-found, unreadable, not-an-image for what is no regular file */
  static async ofFile(path: string): Promise<ByteReader> {
    const info = await stat(path).catch((thrown: unknown) => {
      throw fileSystemError(thrown, path);
    });
    // Opening a pipe would wait for its writer for ever.
    if (!info.isFile()) {
      throw new IngestError('not-an-image', path, `"${path}" is not a file; choose an image file.`);
    }
    return new ByteReader(createReadStream(path, { highWaterMark: CHUNK_BYTES }), info.size, path, null);
  }

  /** What follows from here, unpacked from zlib or gzip. Closing it closes this one, which must not be read any further. */
  unpacked(): ByteReader {
    const unzip = createUnzip({ chunkSize: CHUNK_BYTES });
    // What goes wrong reaches who reads the unpacked bytes; pipeline only has to be told that somebody listens.
    pipeline(Readable.from(this.#rest()), unzip, () => undefined);
    return new ByteReader(unzip, this.capacity * MAX_DEFLATE_RATIO, this.#path, this);
  }

  /** The next `count` bytes without taking them; fewer where the source ends before. */
  async peek(count: number): Promise<Uint8Array> {
    const parts = [this.#pending];
    let length = this.#pending.byteLength;
    while (length < count) {
      const chunk = await this.#next();
      if (!chunk) break;
      parts.push(chunk);
      length += chunk.byteLength;
    }
    this.#pending = parts.length === 1 ? this.#pending : Buffer.concat(parts, length);
    return this.#pending.subarray(0, count);
  }

  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) left -= (await this.#take(left)).byteLength;
  }

  async fill(target: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < target.byteLength) {
      const piece = await this.#take(target.byteLength - filled);
      target.set(piece, filled);
      filled += piece.byteLength;
    }
  }

  /** Reads on to the end, whose checksum shows that the rest was right. @returns false where more than `count` bytes follow. */
  async endsWithin(count: number): Promise<boolean> {
    let length = this.#pending.byteLength;
    while (length <= count) {
      const chunk = await this.#next();
      if (!chunk) return true;
      length += chunk.byteLength;
    }
    return false;
  }

  close(): void {
    this.#source.destroy();
    this.#below?.close();
  }

  /** At least one byte and at most `count`. */
  async #take(count: number): Promise<Uint8Array> {
    let chunk = this.#pending;
    while (chunk.byteLength === 0) {
      const next = await this.#next();
      if (!next) throw truncated(this.#path);
      chunk = next;
    }
    this.#pending = chunk.subarray(count);
    return chunk.subarray(0, count);
  }

  async *#rest(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#pending.byteLength > 0) yield this.#pending;
    for (let chunk = await this.#next(); chunk; chunk = await this.#next()) yield chunk;
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done === true) return null;
      if (!(value instanceof Uint8Array)) throw new TypeError('a stream of bytes gave something else');
      return value;
    } catch (thrown) {
      throw this.#problem(thrown);
    }
  }

  #problem(thrown: unknown): unknown {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (thrown instanceof IngestError || thrown instanceof TypeError) return thrown;
    if (code === 'Z_BUF_ERROR') return truncated(this.#path, { cause: thrown });
    if (code.startsWith('Z_')) {
      return corrupt(this.#path, `its packed data: ${thrownMessage(thrown)}`, { cause: thrown });
    }
    return fileSystemError(thrown, this.#path);
  }
}
