import type { HostTensors } from '../../device.ts';
import { type ImageShape, elementsOf, scoringInput } from '../../images.ts';

/**
 * The input `images` of a scoring program; a short batch is filled up with its first image.
 * @param images at least one, planar 8 bit
 * @throws {RangeError} for more than the batch
 */
export function imageBatch(images: readonly Uint8Array[], batch: number, shape: ImageShape): HostTensors {
  if (images.length > batch) throw new RangeError(`${images.length} images in a batch of ${batch}`);
  const [first = new Uint8Array(elementsOf(shape))] = images;
  const filled = Array.from({ length: batch }, (_, index) => images[index] ?? first);
  const { channels, height, width } = shape;
  return {
    images: { data: scoringInput(filled, elementsOf(shape)), shape: [batch, channels, height, width] },
  };
}
