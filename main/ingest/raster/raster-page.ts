import type { StoredValues } from '../stored-image.ts';
import type { SampleKind } from './sample-kind.ts';

/** Decoded samples, interleaved, in rows of `width` pixels; columns and rows beyond the image are never looked at. */
export interface Block {
  readonly values: StoredValues;
  readonly width: number;
}

/** Decodes the block in this column and row of the grid. */
export type LoadBlock = (column: number, row: number) => Promise<Block>;

/**
 * One image of a raster file as a grid of blocks that are decoded one by one: tiles, strips, bands of rows, or the whole.
 * Sizes and places are as stored, before `orientation`.
 */
export interface RasterPage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly kind: SampleKind;
  readonly bitDepth: number;
  readonly declared: { readonly low: number; readonly high: number } | null;
  readonly inverted: boolean;
  readonly orientation: Orientation;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Runs `use` with what decodes blocks; files are open only meanwhile. */
  withBlocks<T>(use: (load: LoadBlock) => Promise<T>): Promise<T>;
}

/** The pages of a file, and what to say of those that are left out. */
export interface RasterPages {
  readonly pages: readonly RasterPage[];
  readonly notes: readonly string[];
}

/** EXIF and TIFF 6.0 orientation: where the stored first row and column lie when shown (1 top left, … 6 right top, …). */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export function asOrientation(value: number | undefined): Orientation {
  switch (value) {
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return value;
    case 1:
    case undefined:
    default:
      return 1;
  }
}

/** Whether the stored rows are columns when shown. */
export function isTransposed(orientation: Orientation): boolean {
  return orientation >= 5;
}
