/** Voxels of one file, unpacked, that are kept in memory while it is open. 4 GiB; more is refused. */
export const MAX_VOLUME_BYTES = 2 ** 32;

/** Slices of one file, over all its points in time. */
export const MAX_SLICES = 100_000;

/** The text of a MetaImage header, and the fixed part of a NIfTI header. */
export const MAX_HEADER_BYTES = 2 ** 16;

/** Between the start of a file and its voxels: NIfTI extensions (DICOM or workflow records) run to some megabytes. */
export const MAX_VOXEL_OFFSET = 2 ** 26;

/** Bytes after the last voxel that are passed over: padding of disk blocks or tapes. More means that the header is wrong. */
export const MAX_TRAILING_BYTES = 2 ** 16;

/** Deflate cannot pack tighter than this many bytes into one (zlib's technical notes: 1032:1). */
export const MAX_DEFLATE_RATIO = 1032;
