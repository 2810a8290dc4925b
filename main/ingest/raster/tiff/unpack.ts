import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { thrownMessage } from '../../errors.ts';
import { corrupt } from '../../problems.ts';
import { unpackLzw } from './lzw.ts';

const inflateBytes = promisify(inflate);

export type TiffCompression = 'none' | 'LZW' | 'Deflate' | 'PackBits';

/** The compressions that are unpacked here, without a decoder of pictures. */
export function compressionOf(code: number): TiffCompression | null {
  switch (code) {
    case 1:
      return 'none';
    case 5:
      return 'LZW';
    case 8:
    case 32946:
      return 'Deflate';
    case 32773:
      return 'PackBits';
    default:
      return null;
  }
}

/**
 * Unpacks one strip or tile.
 * @param length bytes that it must have unpacked; what is beyond them is left out
 * @throws IngestError corrupt
 */
export async function unpack(
  packed: Uint8Array<ArrayBuffer>,
  compression: TiffCompression,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await unpackAll(packed, compression, length, path);
  if (bytes.length < length) throw corrupt(path, 'a part of its pixels is too short');
  return bytes.subarray(0, length);
}

async function unpackAll(
  packed: Uint8Array<ArrayBuffer>,
  compression: TiffCompression,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  switch (compression) {
    case 'none':
      return packed;
    case 'LZW':
      return unpackLzw(packed, length, path);
    case 'PackBits':
      return unpackPackBits(packed, length);
    case 'Deflate':
      try {
        // Writers may pad a block by a little; a bomb is stopped here.
        return await inflateBytes(packed, { maxOutputLength: length + 2 ** 16 });
      } catch (thrown) {
        throw corrupt(path, thrownMessage(thrown), { cause: thrown });
      }
  }
}

/** PackBits (TIFF 6.0 section 9). */
function unpackPackBits(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let to = 0;
  for (let at = 0; at < packed.length && to < length;) {
    const code = packed[at++] ?? 0;
    if (code < 128) {
      const run = packed.subarray(at, at + Math.min(code + 1, length - to));
      bytes.set(run, to);
      to += run.length;
      at += code + 1;
    } else if (code > 128) {
      bytes.fill(packed[at++] ?? 0, to, to + 257 - code);
      to += 257 - code;
    }
  }
  return bytes.subarray(0, Math.min(to, length));
}
