/** Pixels of one raster image, read in parts: 40,000 x 40,000. */
export const MAX_RASTER_PIXELS = 40_000 * 40_000;

/** Pixels along a side of a raster image: decoders keep some fifty rows. 524,288. */
export const MAX_RASTER_SIDE = 2 ** 19;

/** A raster file is never read whole; a bigger one is still refused. 8 GiB. */
export const MAX_RASTER_BYTES = 8 * 2 ** 30;

/** Bytes of images that their coding forces to be decoded at once (progressive, interlaced): 16384 x 16384 RGB pixels. */
export const MAX_BYTES_AT_ONCE = 3 * 16384 * 16384;

/** Bytes that one reading of a raster image may give; more is read in regions. 2 GiB. */
export const MAX_READ_BYTES = 2 * 2 ** 30;

/** Bytes of one decoded tile or strip of a raster image, and of what is kept decoded of one file: 64 million RGB pixels. */
export const MAX_BLOCK_BYTES = 3 * 64 * 2 ** 20;

/** Pages of one TIFF. */
export const MAX_PAGES = 65_536;

/** Fields of all pages of one TIFF, some fifteen a page. */
export const MAX_TIFF_FIELDS = 2 ** 20;

/** Pages of a TIFF that need the decoder of pictures, which looks for each from the first one on. */
export const MAX_DECODED_PAGES = 256;

/** Bytes of unpacked copies of large raster images on disk, for all files together. 16 GiB. */
export const MAX_CACHE_BYTES = 16 * 2 ** 30;
