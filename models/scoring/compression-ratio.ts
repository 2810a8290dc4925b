import { type ImageShape, elementsOf } from '../images.ts';

/**
 * How many nats more the model needs for an image than a compressor does: −log P(x) − ln 2 · (bits of the compressed image), the ratio to the
 * compressor's implied likelihood (Serrà et al. 2020, eq. 3). What any image of that smoothness would cost cancels.
 * @param likelihoodScore −log p(x), nats, of a density in units of the model's input; log 256 a dimension makes it a probability
 * @param compressedBits of the same 8-bit image, as a file
 */
export function compressionRatio(likelihoodScore: number, compressedBits: number, shape: ImageShape): number {
  return likelihoodScore + elementsOf(shape) * Math.log(256) - Math.LN2 * compressedBits;
}
