import { IngestError } from '../errors.ts';
import { corrupt, unsupported } from '../problems.ts';
import type { StoredValues } from '../stored-image.ts';
import { CodecProblem } from './codecs/codec-problem.ts';
import type { CodestreamHeader } from './codecs/codestream-header.ts';
import { decodeCodestream } from './codecs/decode-codestream.ts';
import type { DecodedSamples } from './codecs/decoded-samples.ts';
import { isJpeg2000, readJpeg2000Header } from './codecs/jpeg-2000-header.ts';
import { readJpegHeader } from './codecs/jpeg-header.ts';
import { interleaved, modelOf, toRgb } from './colour.ts';
import { MAX_FRAME_BYTES } from './limits.ts';
import type { PixelDescription } from './pixel-description.ts';
import { cleaned } from './samples.ts';

/** The decoder of JPEG 2000 computes in 32 bits, and JPEG's progressive one keeps its coefficients. */
const BYTES_PER_SAMPLE = 4;

/**
 * Decodes a frame of JPEG, JPEG-LS or JPEG 2000, whichever its first bytes say: transfer syntaxes are sometimes wrong.
 * @returns grey and palette indices as [rows, columns], colours as RGB [rows, columns, 3]
 * @throws IngestError corrupt, unsupported-format, too-large
 */
export async function decodeCompressed(
  frame: Uint8Array,
  description: PixelDescription,
  path: string,
): Promise<StoredValues> {
  try {
    const header = readCodestreamHeader(frame);
    checkAgainst(header, description);
    const model = modelOf(description.photometric);
    const isYbr = description.samples === 3 && (header.isYbr ?? model !== 'rgb');
    // The codec turns YCbCr of 8 bits into RGB itself, which is faster; only it knows nothing of the partial range, and of
    // lossless streams it believes a marker that the photometric interpretation overrules.
    const byCodec = isYbr && header.codec === 'jpeg' && header.precision === 8 && model !== 'ybr-partial';
    const decoded = await decodeCodestream(frame, header, byCodec);
    const samples = header.planar ? interleaved(decoded) : decoded;
    // Some encoders write the bits of the word for those of the sample.
    const bits = Math.min(header.precision, description.bitsStored);
    if (isYbr && !byCodec) toRgb(samples, model === 'rgb' ? 'ybr-full' : model, bits);
    return withMeaning(samples, header, description);
  } catch (thrown) {
    throw thrown instanceof CodecProblem ? asIngestError(thrown, path) : thrown;
  }
}

/** @throws CodecProblem */
export function readCodestreamHeader(frame: Uint8Array): CodestreamHeader {
  return isJpeg2000(frame) ? readJpeg2000Header(frame) : readJpegHeader(frame);
}

function checkAgainst(header: CodestreamHeader, description: PixelDescription): void {
  const { width, height, components, precision } = header;
  const { rows, columns, samples, bitsAllocated } = description;
  if (width !== columns || height !== rows || components !== samples) {
    const [inside, outside] = [
      [width, height, components],
      [columns, rows, samples],
    ].map((size) => size.join(' x '));
    throw new CodecProblem(
      'corrupt',
      `its compressed pixels are ${String(inside)}, its DICOM header says ${String(outside)}`,
    );
  }
  if (precision > 16) {
    throw new CodecProblem('unsupported', `has compressed pixels of ${String(precision)} bits`);
  }
  const isWavelet = header.codec === 'jpeg-2000' || header.codec === 'high-throughput';
  // Of these the decoders give the low bytes alone, and say nothing.
  if (isWavelet && components > 1 && precision > 8) {
    throw new CodecProblem('unsupported', 'has colours of more than 8 bits in JPEG 2000');
  }
  if (precision < 2 || precision > Math.max(8, bitsAllocated)) {
    throw new CodecProblem(
      'corrupt',
      `its compressed pixels have ${String(precision)} bits, its DICOM header says ${String(bitsAllocated)}`,
    );
  }
  if (width * height * components * BYTES_PER_SAMPLE > MAX_FRAME_BYTES) {
    throw new CodecProblem('too-large', 'has too many pixels to be decompressed at once');
  }
}

/**
 * The samples as the DICOM header understands them. Codecs know no sign (JPEG, JPEG-LS), or encoders forgot to set it
 * (JPEG 2000): then the highest bit that was coded is the sign.
 */
function withMeaning(
  samples: DecodedSamples,
  header: CodestreamHeader,
  description: PixelDescription,
): StoredValues {
  if (header.signed || description.samples === 3) return samples;
  const { bitsStored, highBit, signed } = description;
  const isWhole = header.precision > highBit;
  const bits = {
    signed,
    bitsStored: isWhole ? bitsStored : header.precision,
    highBit: isWhole ? highBit : header.precision - 1,
  };
  if (!signed) return bits.bitsStored >= header.precision ? samples : cleaned(samples, bits);
  return cleaned(
    samples.BYTES_PER_ELEMENT === 1 ? new Int8Array(samples.buffer) : new Int16Array(samples.buffer),
    bits,
  );
}

function asIngestError(problem: CodecProblem, path: string): IngestError {
  switch (problem.kind) {
    case 'corrupt':
      return corrupt(path, problem.message, { cause: problem });
    case 'unsupported':
      return unsupported(path, problem.message, { cause: problem });
    case 'too-large':
      return new IngestError(
        'too-large',
        path,
        `"${path}" ${problem.message}; convert it to smaller images.`,
        { cause: problem },
      );
  }
}
