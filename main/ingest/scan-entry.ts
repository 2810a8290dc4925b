import type { ImageFormat } from './image.ts';
import type { Acquisition, ImageInFile } from './stored-image.ts';

/** What an image's stored values are; floats also where integers are too wide for 32 bits. */
export type Samples = 'unsigned' | 'signed' | 'float';

/** An image and what its pixels have shown when they were read. */
export interface ScannedImage extends ImageInFile {
  readonly samples: Samples;
  /** Whether the file says how to show it: a window or a VOI LUT. */
  readonly windowed: boolean;
  /** 64 bits in hexadecimal, alike for images that look alike; null where it shows too little. */
  readonly look: string | null;
}

export interface ReadableEntry {
  readonly status: 'readable';
  /** Relative to the scanned folder, with "/" on every system. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Hex digest of the file's bytes. */
  readonly sha256: string;
  readonly format: ImageFormat;
  /** In the order in which people leaf through them. */
  readonly images: readonly ScannedImage[];
  /** What people should know of the file, each a sentence. */
  readonly notes: readonly string[];
  readonly acquisition: Acquisition | null;
}

export interface RejectedEntry {
  /** No image that can be read, or one, but damaged. */
  readonly status: 'skipped' | 'broken';
  readonly relativePath: string;
  readonly reason: string;
  /** Both where the reason holds for as long as the file stays the same; null where another reading may end otherwise. */
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
}

/** What a scan says of one file. */
export type ScanEntry = ReadableEntry | RejectedEntry;

/**
 * Counts up when files are read, or what they look like is computed, in another way than before: what was recorded of
 * unchanged files then says what the new readers would not.
 */
export const READERS_VERSION = 1;
