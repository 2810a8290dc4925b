import { truncated } from '../problems.ts';

/** The bytes of a file, wherever they are, read in small pieces. */
export interface ByteSource {
  /** Only named in errors. */
  readonly path: string;
  readonly size: number;
  /** @throws IngestError truncated where the file ends before */
  read(at: number, length: number): Promise<DataView>;
}

/** A file that is in memory. */
export function bytesInMemory(bytes: Uint8Array, path: string): ByteSource {
  return {
    path,
    size: bytes.byteLength,
    read: (at, length) => {
      if (at + length > bytes.byteLength) return Promise.reject(truncated(path));
      return Promise.resolve(new DataView(bytes.buffer, bytes.byteOffset + at, length));
    },
  };
}
