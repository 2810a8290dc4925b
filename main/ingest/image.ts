export type RasterFormat = 'png' | 'jpeg' | 'tiff' | 'bmp' | 'webp';

export type ImageFormat = RasterFormat | 'dicom' | 'nifti' | 'metaimage';

interface ImageShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly format: ImageFormat;
}

/**
 * One decoded image. `pixels` is interleaved [height, width, channels]; grey or RGB, no alpha.
 * Samples span the whole range of their depth: 0..255 or 0..65535, black to white.
 */
export type DecodedImage = ImageShape &
  (
    | { readonly bitDepth: 8; readonly pixels: Uint8Array }
    | { readonly bitDepth: 16; readonly pixels: Uint16Array }
  );

/** Refuse headers that would make a decoder allocate gigabytes: 16384 x 16384. */
export const MAX_PIXELS = 16384 * 16384;

/** Files are read whole before decoding; a bigger one is refused. 1 GiB. */
export const MAX_FILE_BYTES = 2 ** 30;
