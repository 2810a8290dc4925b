import { corrupt, unsupported } from '../../problems.ts';

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const TABLE = 4096;
/** No string was written yet. */
const NONE = -1;

/**
 * LZW as in TIFF 6.0 section 13: codes of 9 to 12 bits, the highest bit first, which widen one code early.
 * @param length bytes after which the rest is left out
 * @throws IngestError corrupt, unsupported-format
 */
export function unpackLzw(packed: Uint8Array, length: number, path: string): Uint8Array<ArrayBuffer> {
  // Writers before 1988 put the lowest bit first: their first code, CLEAR, then begins with these bytes.
  if (packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1) {
    throw unsupported(path, 'uses the LZW of TIFF 5');
  }
  const bytes = new Uint8Array(length);
  // Each string of the table is one that was written before, and the byte behind it: where it lies is all to know.
  const starts = new Uint32Array(TABLE);
  const lengths = new Uint32Array(TABLE);
  let next = FIRST;
  let width = 9;
  let to = 0;
  let previous = NONE;
  let previousLength = 0;
  let buffered = 0;
  let bits = 0;
  for (let at = 0; to < length;) {
    while (bits < width && at < packed.length) {
      buffered = ((buffered << 8) | (packed[at++] ?? 0)) & 0xffffff;
      bits += 8;
    }
    if (bits < width) break;
    bits -= width;
    const code = (buffered >> bits) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      next = FIRST;
      width = 9;
      previous = NONE;
      continue;
    }
    const start = to;
    if (code < CLEAR) {
      bytes[to++] = code;
    } else {
      // The code that is about to be entered means the previous string and its own first byte.
      if (previous === NONE || code > next || (code === next && next >= TABLE)) {
        throw corrupt(path, 'its LZW codes make no sense');
      }
      const from = code === next ? previous : (starts[code] ?? 0);
      const run = code === next ? previousLength + 1 : (lengths[code] ?? 0);
      const end = Math.min(to + run, length);
      for (let i = from; to < end; i++) bytes[to++] = bytes[i] ?? 0;
    }
    if (previous !== NONE && next < TABLE) {
      starts[next] = previous;
      lengths[next] = previousLength + 1;
      next++;
    }
    previous = start;
    previousLength = to - start;
    if (next >= (1 << width) - 1 && width < 12) width++;
  }
  return bytes.subarray(0, to);
}
