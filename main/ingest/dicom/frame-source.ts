import { corrupt, unsupported } from '../problems.ts';
import type { StoredValues } from '../stored-image.ts';
import type { Element } from './attributes.ts';
import { interleaved, modelOf, toRgb, withoutSubsampling } from './colour.ts';
import { decodeCompressed } from './compressed-frame.ts';
import { UNDEFINED_LENGTH } from './elements.ts';
import { encapsulatedFrames } from './encapsulated-frames.ts';
import type { FileStructure } from './file-structure.ts';
import { nativeFrames } from './native-frames.ts';
import type { PixelDescription } from './pixel-description.ts';
import { decodeRle } from './rle.ts';
import { packedSamples, samplesOfWords } from './samples.ts';
import { RLE, isUnread, transferSyntaxName } from './transfer-syntax.ts';

/** Gives the stored samples of a frame: grey and palettes as [rows, columns], colours as RGB [rows, columns, 3]. */
export type FrameSource = (frame: number) => StoredValues | Promise<StoredValues>;

/** @throws IngestError truncated, corrupt, unsupported-format */
export function frameSource(
  structure: FileStructure,
  element: Element,
  description: PixelDescription,
  path: string,
): FrameSource {
  const { attributes, encoding, syntax } = structure;
  if (element.length !== UNDEFINED_LENGTH) {
    const native = nativeFrames(structure.bytes, element, description, encoding.order, path);
    return (frame) => nativeColours(native.read(frame), native.subsampled, description);
  }
  if (isUnread(syntax)) {
    throw unsupported(path, `has the DICOM transfer syntax ${transferSyntaxName(syntax ?? '')}`);
  }
  const frames = encapsulatedFrames(attributes, element, encoding.order, description.frames, path);
  return syntax === RLE
    ? (frame) => rleFrame(frames.read(frame), description, path)
    : (frame) => decodeCompressed(frames.read(frame), description, path);
}

function rleFrame(codestream: Uint8Array, description: PixelDescription, path: string): StoredValues {
  const { rows, columns, samples, bitsAllocated } = description;
  const pixels = rows * columns;
  const whole = { ...description, planar: false };
  if (bitsAllocated === 8 || bitsAllocated === 16 || bitsAllocated === 32 || bitsAllocated === 64) {
    const words = decodeRle(codestream, pixels, samples, bitsAllocated / 8, path);
    return nativeColours(samplesOfWords(words, bitsAllocated, description), false, whole);
  }
  if (bitsAllocated !== 1) {
    throw corrupt(path, `its run-length code cannot have ${String(bitsAllocated)} bits per sample`);
  }
  return packedSamples(decodeRle(codestream, Math.ceil(pixels / 8), 1, 1, path), 0, pixels, 1);
}

function nativeColours(
  values: StoredValues,
  subsampled: boolean,
  { rows, columns, samples, planar, photometric, bitsStored }: PixelDescription,
): StoredValues {
  if (samples === 1) return values;
  const rgb =
    subsampled && (values instanceof Uint8Array || values instanceof Uint16Array)
      ? withoutSubsampling(values, rows * columns)
      : planar
        ? interleaved(values)
        : values;
  toRgb(rgb, modelOf(photometric), bitsStored);
  return rgb;
}
