import { type ImageSource, elementsOf } from '../images.ts';
import { RandomStream } from '../random.ts';
import { type Augmentation, augmentInto } from './augmentation.ts';

/** Apart from each other by more than any batch draws. */
const BLOCKS_PER_STEP = 2 ** 24;

/**
 * The batches of a run. Batch n depends on the seed and n alone, so that a resumed run sees what an uninterrupted one
 * would have seen.
 */
export class Batches {
  readonly #source: ImageSource;
  readonly #batchSize: number;
  readonly #seed: number;
  readonly #augmentation: Augmentation;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array();

  constructor(source: ImageSource, batchSize: number, seed: number, augmentation: Augmentation) {
    if (source.count === 0) throw new RangeError('there are no images to train on');
    this.#source = source;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#augmentation = augmentation;
  }

  /** Which images batch `step` (0, 1, …) holds: each epoch passes over all of them in a new order. */
  indices(step: number): number[] {
    return Array.from({ length: this.#batchSize }, (_, slot) => {
      const position = step * this.#batchSize + slot;
      const epoch = Math.floor(position / this.#source.count);
      if (epoch !== this.#epoch) {
        this.#epoch = epoch;
        this.#order = new RandomStream(this.#seed, 'order')
          .seek(epoch * BLOCKS_PER_STEP)
          .permutation(this.#source.count);
      }
      return this.#order[position % this.#source.count] ?? 0;
    });
  }

  /**
   * Batch `step` as model input `[B, C, H, W]`: augmented, dequantised with uniform noise in [0, 1/256).
   * `attempt` draws other noise and augmentation for the same images.
   */
  async input(step: number, attempt = 0): Promise<Float32Array<ArrayBuffer>> {
    const { shape } = this.#source;
    const size = elementsOf(shape);
    const images = await this.#source.read(this.indices(step));
    const block = (step * 4 + attempt) * BLOCKS_PER_STEP;
    const random = new RandomStream(this.#seed, 'augmentation').seek(block);
    const pixels = new Uint8Array(images.length * size);
    images.forEach((image, slot) => {
      augmentInto(pixels, slot * size, image, shape, this.#augmentation, random);
    });
    const input = new Float32Array(pixels.length);
    new RandomStream(this.#seed, 'dequantisation').seek(block).fillUniform16(input);
    for (let index = 0; index < input.length; index++) {
      input[index] = ((pixels[index] ?? 0) + (input[index] ?? 0)) / 256 - 0.5;
    }
    return input;
  }
}
