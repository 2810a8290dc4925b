import { corrupt, truncated } from '../../problems.ts';

/** What the second byte of a pair means when the first is 0. */
const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * Unpacks BI_RLE8 and BI_RLE4 into one palette index a byte, [height, width], rows in the order of the file (mostly from the
 * bottom). Pixels that are skipped are colour 0.
 * @throws IngestError truncated where the codes end before the pixels, corrupt where they leave the image
 */
export function unpackRunLengths(
  codes: Uint8Array,
  bits: 4 | 8,
  width: number,
  height: number,
  path: string,
): Uint8Array {
  const indices = new Uint8Array(width * height);
  let at = 0;
  let x = 0;
  let y = 0;
  const next = () => {
    const code = codes[at++];
    if (code === undefined) throw truncated(path);
    return code;
  };
  const put = (index: number) => {
    if (x >= width || y >= height) throw corrupt(path, 'its run lengths leave the image');
    indices[y * width + x++] = index;
  };
  // Half a byte holds one index of RLE4, the high half first.
  const indexAt = (byte: number, i: number) => (bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);

  // Some writers leave out the end of the bitmap.
  const complete = () => y >= height || (y === height - 1 && x === width);
  while (at < codes.length || !complete()) {
    const count = next();
    const code = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) put(indexAt(code, i));
      continue;
    }
    switch (code) {
      case END_OF_LINE:
        x = 0;
        y++;
        break;
      case END_OF_BITMAP:
        return indices;
      case DELTA:
        x += next();
        y += next();
        break;
      default: {
        const start = at;
        for (let i = 0, byte = 0; i < code; i++) {
          if (bits === 8 || i % 2 === 0) byte = next();
          put(indexAt(byte, i));
        }
        // Absolute runs are padded to an even number of bytes.
        at += (at - start) % 2;
      }
    }
  }
  return indices;
}
