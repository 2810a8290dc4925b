import { CodecProblem } from './codec-problem.ts';
import type { CodestreamHeader } from './codestream-header.ts';

/** Samples of a frame, [height, width, components], or [components, height, width] of a planar codestream. */
export type DecodedSamples = Uint8Array | Int8Array | Uint16Array | Int16Array;

/** Bytes above which the memory of a codec is given back after a frame, because it never shrinks: 512 MiB. */
export const MOST_KEPT_MEMORY = 2 ** 29;

export function bytesPerSampleOf({ precision }: CodestreamHeader): 1 | 2 {
  return precision > 8 ? 2 : 1;
}

/**
 * The samples that a codec left in its memory, in an array of their own.
 * @throws CodecProblem where they are fewer than the codestream's header says
 */
export function samplesCopiedFrom(decoded: Uint8Array, header: CodestreamHeader): DecodedSamples {
  const { width, height, components, signed } = header;
  const bytesPerSample = bytesPerSampleOf(header);
  const length = width * height * components * bytesPerSample;
  if (decoded.byteLength < length) {
    throw new CodecProblem('corrupt', 'its compressed pixels are fewer than its header says');
  }
  const own = new Uint8Array(decoded.subarray(0, length)).buffer;
  if (bytesPerSample === 1) return signed ? new Int8Array(own) : new Uint8Array(own);
  return signed ? new Int16Array(own) : new Uint16Array(own);
}
