import { sharp } from '../../main/ingest/sharp.ts';
import { encapsulated, raw } from '../../test/main/ingest/dicom/build-dicom.ts';
import type { Attribute } from '../../test/main/ingest/dicom/build-dicom.ts';
import { asProcess, encode, storedCodestream } from './codestreams.ts';
import { bytesOf } from './images.ts';
import type { Bits, Photometric, TestImage } from './images.ts';
import { encodeRle } from './rle.ts';
import { isNative } from './syntaxes.ts';
import type { Coding, NativeCoding } from './syntaxes.ts';

/** Whether it is one of the lossy JPEG of 12 bits, which only others encode. */
export function isStored(coding: Coding, { stored }: Bits): boolean {
  return stored === 12 && ['jpeg-extended', 'jpeg-spectral', 'jpeg-progressive'].includes(coding);
}

/** Pixel data; null where nothing at hand encodes them. */
export async function pixelsOf(
  coding: Coding,
  image: TestImage,
  photometric: Photometric,
  bits: Bits,
): Promise<Attribute | null> {
  if (isNative(coding)) return native(image, photometric, bits, coding === 'big');
  const frame = await codestream(coding, image, photometric, bits);
  return frame && raw(0x7fe00010, 'OB', encapsulated([], [even(frame)]));
}

type Compressed = Exclude<Coding, NativeCoding>;

async function codestream(
  coding: Compressed,
  image: TestImage,
  photometric: Photometric,
  bits: Bits,
): Promise<Buffer | null> {
  if (isStored(coding, bits)) return storedCodestream(`smooth-${coding}-12.dcm`);
  const as = image.samples === 3 ? 'RGB' : 'MONOCHROME2';
  const jpeg = (): Buffer | null => encode('encodeJpeg', image, bits, as, { lossy: true, quality: 98 });
  // RGB is what the encoders of JPEG 2000 transform; signed bytes they misread.
  const isTransformed = photometric === 'YBR_RCT' || photometric === 'YBR_ICT';
  const isSignedByte = bits.allocated === 8 && bits.signed;
  const wavelets = (
    encoder: 'encodeJpeg2000' | 'encodeHtJpeg2000',
    parameters: Readonly<Record<string, number | boolean>>,
  ): Buffer | null =>
    isSignedByte ? null : encode(encoder, image, bits, isTransformed ? 'RGB' : photometric, parameters);
  switch (coding) {
    case 'in-pieces':
      return subsampled(bytesOf(image.values, bits), photometric, bits);
    case 'rle':
      return encodeRle(bytesOf(image.values, bits), image.samples, Math.ceil(bits.allocated / 8));
    case 'jpeg-baseline':
      return jpeg();
    case 'jpeg-extended':
      return marked(jpeg(), 0xc1);
    case 'jpeg-progressive':
      return photometric === 'RGB' ? null : progressive(image, bits);
    case 'jpeg-spectral':
      return null;
    case 'jpeg-arithmetic':
      return marked(jpeg(), 0xc9);
    case 'jpeg-hierarchical':
      return marked(jpeg(), 0xc5);
    case 'jpeg-lossless':
      return encode('encodeJpeg', image, bits, as, { lossy: false, predictor: 6 });
    case 'jpeg-lossless-1':
      return encode('encodeJpeg', image, bits, as, { lossy: false, predictor: 1 });
    case 'jpeg-ls':
      return encode('encodeJpegLs', image, bits, as, { lossy: false });
    case 'jpeg-ls-near':
      return encode('encodeJpegLs', image, bits, as, { lossy: true, allowedLossyError: 2 });
    case 'jpeg-2000':
      return isSignedByte ? storedCodestream('s8-j2k.dcm') : wavelets('encodeJpeg2000', { lossy: false });
    case 'jpeg-2000-lossy':
      return wavelets('encodeJpeg2000', { lossy: true, rate: 2 });
    case 'htj2k':
      return wavelets('encodeHtJpeg2000', { lossy: false });
    case 'htj2k-rpcl':
      return wavelets('encodeHtJpeg2000', { lossy: false, progressionOrder: 2 });
    case 'htj2k-lossy':
      return wavelets('encodeHtJpeg2000', { lossy: true });
    case 'other':
      // Anything: what these hold is not looked at.
      return Buffer.from('000001b3', 'hex');
  }
}

function even(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

function marked(jpeg: Buffer | null, marker: number): Buffer | null {
  return jpeg && asProcess(jpeg, marker);
}

/** YCbCr without any marker that says so. */
async function progressive(image: TestImage, bits: Bits): Promise<Buffer | null> {
  const { width, height, samples, values } = image;
  if (bits.stored !== 8 || samples === 4) return null;
  return sharp(bytesOf(values, bits), { raw: { width, height, channels: samples } })
    .toColourspace(samples === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality: 98, progressive: true, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

function native({ values }: TestImage, photometric: Photometric, bits: Bits, big: boolean): Attribute {
  const bytes = subsampled(bytesOf(values, bits), photometric, bits);
  const ordered = big ? swapped(bytes, bits.allocated / 8) : bytes;
  if (bits.float)
    return bits.allocated === 32 ? raw(0x7fe00008, 'OF', ordered) : raw(0x7fe00009, 'OD', ordered);
  return raw(0x7fe00010, bits.allocated > 8 ? 'OW' : 'OB', ordered);
}

function swapped(bytes: Buffer, size: number): Buffer {
  const own = Buffer.from(bytes);
  if (size === 2) return own.swap16();
  if (size === 4) return own.swap32();
  return size === 8 ? own.swap64() : own;
}

/** Y Y B R for two pixels (PS3.3 C.7.6.3.1.2), where that is how samples lie. */
function subsampled(bytes: Buffer, photometric: Photometric, { allocated }: Bits): Buffer {
  if (photometric !== 'YBR_FULL_422' && photometric !== 'YBR_PARTIAL_422') return bytes;
  const size = allocated / 8;
  const sample = (index: number): Buffer => bytes.subarray(index * size, (index + 1) * size);
  const pairs = Array.from({ length: bytes.length / size / 6 }, (_, pair) =>
    [0, 3, 1, 2].map((offset) => sample(pair * 6 + offset)),
  );
  return Buffer.concat(pairs.flat());
}
