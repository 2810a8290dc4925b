import type { ImageFormat } from './image.ts';
import type { Rectangle } from './layout.ts';

/** Samples as files hold them. 64-bit floats become 32-bit ones; wider integers than 32 bits become floats. */
export type StoredValues =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array;

/** VOI LUT function of PS3.3 C.11.2.1: maps the window to 0..1. */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** How a file asks to be shown, in modality values (slope * stored + intercept). */
export type Voi =
  | {
      readonly kind: 'window';
      readonly centre: number;
      readonly width: number;
      readonly function: WindowFunction;
    }
  /** Entry i shows the value first + i; values beyond either end show the nearest entry. `white` shows as white. */
  | {
      readonly kind: 'table';
      readonly first: number;
      readonly entries: Uint16Array;
      readonly white: number;
    };

/**
 * One image as its file stores it: a frame of a DICOM file, a page of a TIFF, a slice of a volume. Nothing is windowed, scaled
 * or cut off. Orientation is upright, transparency is laid over black, palettes and YBR have become RGB.
 */
export interface StoredImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Interleaved [height, width, channels]. */
  readonly values: StoredValues;
  /** Modality value = slope * stored + intercept (a modality LUT is applied already); 1 and 0 where the file has none. */
  readonly slope: number;
  readonly intercept: number;
  /** Stored values between which a file of this kind may use everything, 0 and 2^bitsStored - 1; null for signed values and floats. */
  readonly declared: { readonly low: number; readonly high: number } | null;
  readonly voi: Voi | null;
  /** Small values are bright (MONOCHROME1, WhiteIsZero). */
  readonly inverted: boolean;
  /** Stored values that mean "no pixel here" (PS3.3 C.7.5.1.1.2). */
  readonly padding: { readonly low: number; readonly high: number } | null;
}

export const PLANES = ['axial', 'coronal', 'sagittal'] as const;
/** The plane of a volume's slices. */
export type Plane = (typeof PLANES)[number];

/** Which image of a file: DICOM frame, page or slice, counted from 0 as the file counts; `plane` for slices of volumes alone. */
export interface Part {
  readonly frame: number;
  readonly plane: Plane | null;
}

export const ONLY_PART: Part = { frame: 0, plane: null };

export const MR_SEQUENCES = ['FLAIR', 'T1', 'T1 with contrast', 'T2'] as const;
export type MrSequence = (typeof MR_SEQUENCES)[number];

/** What a file says of how and of whom its images were taken. The identifiers name a person: never stored or logged as they are. */
export interface Acquisition {
  readonly patientId: string | null;
  readonly studyUid: string | null;
  readonly seriesUid: string | null;
  /** "MR", "CT", … */
  readonly modality: string | null;
  readonly seriesDescription: string | null;
  /** A guess, and what it rests on. */
  readonly sequence: { readonly name: MrSequence; readonly from: 'attributes' | 'description' } | null;
  /** Whether text with identifiers may be burned into the pixels; null where the file does not say. */
  readonly burnedIn: boolean | null;
}

/** One image that a file holds, before its pixels are read. */
export interface ImageInFile {
  readonly part: Part;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Bits that samples use: 1 to 32. */
  readonly bitDepth: number;
  /** Millimetres along the normal of the slice, by which slices of a series are ordered; null where unknown. */
  readonly position: number | null;
}

/** What of an image is wanted; all of it at its own scale where nothing is said. */
export interface View {
  readonly region?: Rectangle;
  /** Averages squares of so many pixels a side into one; those cut off at the right and the bottom are left out. */
  readonly shrink?: number;
}

/** A file opened for its images. Holds what it needs in memory, no handle. */
export interface OpenedFile {
  /** Named in errors alone. */
  readonly path: string;
  readonly format: ImageFormat;
  /** In the order in which people leaf through them: frames by their position in space, pages, slices. Never empty. */
  readonly images: readonly ImageInFile[];
  /** What was left out, and what people should know, each a sentence; mostly none. */
  readonly notes: readonly string[];
  readonly acquisition: Acquisition | null;
  /** Bytes that it keeps in memory, for the cache of opened files. */
  readonly heldBytes: number;
  /** @throws IngestError where the pixels of this image cannot be decoded */
  read(part: Part, view?: View): Promise<StoredImage>;
  /**
   * Decodes every image to its end in bounded memory and keeps nothing, where reading a shrunken view would leave parts out.
   * @throws IngestError truncated, corrupt
   */
  checkDecodes?(): Promise<void>;
}
