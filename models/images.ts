/** 8-bit images as the detectors take them. */

export interface ImageShape {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/** Images by index, planar `[C, H, W]`, 8 bit. Decoding, caching and where they come from are the host's business. */
export interface ImageSource {
  readonly shape: ImageShape;
  readonly count: number;
  /** In the order asked for. */
  read(indices: readonly number[]): Promise<readonly Uint8Array[]>;
}

export function elementsOf({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}

/** The middle of an 8-bit bin, in units of the model's input: scores are deterministic (no noise is drawn). */
const HALF_BIN = 1 / 512;

/** Images side by side as model input `[B, C, H, W]`: x/256 − 0.5 + half a bin, in [−0.5, 0.5). */
export function scoringInput(images: readonly Uint8Array[], size: number): Float32Array<ArrayBuffer> {
  const input = new Float32Array(images.length * size);
  images.forEach((image, index) => {
    const offset = index * size;
    for (let element = 0; element < size; element++) {
      input[offset + element] = (image[element] ?? 0) / 256 - 0.5 + HALF_BIN;
    }
  });
  return input;
}

/**
 * Log-likelihood of model input in nats → bits per dimension of the 8-bit image: −log p / (D·ln 2) + 8, as each
 * dimension's bin is 1/256 wide.
 */
export function bitsPerDimension(logLikelihood: number, dimensions: number): number {
  return -logLikelihood / (dimensions * Math.LN2) + 8;
}
