/** What one DICOM file may ask for. Everything that a header can make larger is held against one of these first. */

/** Attributes of one file, those in sequences included; an enhanced file has some sixty for each frame. */
export const MAX_ELEMENTS = 1_000_000;

/** Sequences within sequences; functional groups need four, structured reports some ten. */
export const MAX_DEPTH = 32;

/** Frames of one file, hence images that it gives. */
export const MAX_FRAMES = 100_000;

/** Pieces that compressed pixel data come in. */
export const MAX_FRAGMENTS = 1_000_000;

/** Entries of a lookup table, PS3.3 C.11.1.1.1: 0 stands for so many. */
export const MAX_TABLE_ENTRIES = 65_536;

/** Bytes that one frame may have once it is decompressed: 1 GiB. */
export const MAX_FRAME_BYTES = 2 ** 30;

/** Bytes that a deflated data set may become: 512 MiB. */
export const MAX_INFLATED_BYTES = 2 ** 29;
