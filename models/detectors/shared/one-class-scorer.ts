import type { Program } from '../../device.ts';
import { type ImageShape, elementsOf, scoringInput } from '../../images.ts';
import type { ImageScorer } from '../method.ts';
import { floats } from './named-data.ts';

/**
 * Scores by what a program reads off images.
 * @param program `images [batch, C, H, W]` → `reading [batch]`
 * @param mirrored whether scores are the means of those of an image and its mirror image
 */
export function scorer(
  program: Program,
  shape: ImageShape,
  batch: number,
  mirrored: boolean,
  scoresOf: (reading: number) => Record<string, number>,
): ImageScorer {
  const readings = async (images: readonly Uint8Array[]) =>
    floats((await program.run({ images: imagesTensor(filled(images, batch), shape) }))['reading'], 'reading');
  return {
    batch,
    async score(images) {
      if (images.length > batch) throw new RangeError(`${images.length} images in a batch of ${batch}`);
      if (images.length === 0) return [];
      const views = [await readings(images)];
      if (mirrored) views.push(await readings(images.map((image) => mirrorOf(image, shape))));
      return images.map((_, index) => {
        const each = views.map((values) => scoresOf(values[index] ?? Number.NaN));
        const names = Object.keys(each[0] ?? {});
        const mean = (name: string) =>
          each.reduce((sum, scores) => sum + (scores[name] ?? 0), 0) / each.length;
        return { scores: Object.fromEntries(names.map((name) => [name, mean(name)])), maps: {} };
      });
    },
    dispose: () => program.dispose(),
  };
}

function mirrorOf(image: Uint8Array, { width }: ImageShape): Uint8Array {
  return image.map((_, at) => image[at - (at % width) + (width - 1 - (at % width))] ?? 0);
}

/** As input of a program. */
export function imagesTensor(images: readonly Uint8Array[], shape: ImageShape) {
  const { channels, height, width } = shape;
  return {
    data: scoringInput(images, elementsOf(shape)),
    shape: [images.length, channels, height, width],
  };
}

/** Up to `count`, with copies of the first. */
export function filled(images: readonly Uint8Array[], count: number): Uint8Array[] {
  const [first] = images;
  if (first === undefined) throw new RangeError('no images');
  return Array.from({ length: count }, (_, index) => images[index] ?? first);
}
