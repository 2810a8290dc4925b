import type { ImageSource } from '../../images.ts';
import { FeatureError } from '../../features/feature-error.ts';
import { type Features, featuresOf } from '../../features/features.ts';
import type { Encoder } from '../method.ts';

/** Images that are in memory at once while all are encoded. */
const BLOCK = 64;

/** Features of some images. */
export interface EncodedBlock {
  readonly vectors: Features;
  /** Of all places of the images, one image after the other; null where the encoder gives none. */
  readonly places: Features | null;
}

/** @throws FeatureError 'no-encoder' */
export function requiredEncoder(encoder: Encoder | null): Encoder {
  if (encoder === null)
    throw new FeatureError(
      'no-encoder',
      'This detector scores features; choose an encoder that computes them.',
    );
  return encoder;
}

/** @throws FeatureError 'not-finite', 'wrong-dimensions' */
export async function encodeBlock(
  encoder: Encoder,
  images: readonly Uint8Array[],
  source: string,
): Promise<EncodedBlock> {
  const { vectors, grids } = await encoder.encode(images);
  return {
    vectors: featuresOf(vectors, encoder.dimensions, source),
    places:
      encoder.grid === null || grids === null ? null : featuresOf(grids, encoder.grid.dimensions, source),
  };
}

/**
 * All images of a source, a block at a time, in their order.
 * @throws FeatureError as {@link encodeBlock}
 */
export async function* encodedBlocks(
  encoder: Encoder,
  images: ImageSource,
  source: string,
): AsyncGenerator<EncodedBlock> {
  for (let from = 0; from < images.count; from += BLOCK) {
    const indices = Array.from({ length: Math.min(BLOCK, images.count - from) }, (_, index) => from + index);
    yield encodeBlock(encoder, await images.read(indices), source);
  }
}
