import type { ImageSource } from './images.ts';
import { RandomStream } from './random.ts';

/**
 * Some of the images, by chance, in an order of chance; with the same seed, few are among more.
 * @param count 0 for all
 */
export function imageSubset(source: ImageSource, count: number, seed: number): ImageSource {
  if (count === 0 || count >= source.count) return source;
  const chosen = new RandomStream(seed, 'subset of images').permutation(source.count).slice(0, count);
  return {
    shape: source.shape,
    count,
    read: (indices) => source.read(indices.map((index) => chosen[index] ?? 0)),
  };
}
