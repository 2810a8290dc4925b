import type { ImageShape, ImageSource } from './images.ts';

/** Each image under a Gaussian filter. @param deviation in pixels; 0 leaves images as they are */
export function blurred(source: ImageSource, deviation: number): ImageSource {
  if (deviation === 0) return source;
  return {
    ...source,
    async read(indices) {
      const images = await source.read(indices);
      return images.map((image) => {
        const values = Float32Array.from(image);
        gaussianFilter(values, source.shape, deviation);
        return Uint8Array.from(values, Math.round);
      });
    },
  };
}

/** Narrower Gaussians change no pixel by a grey level. */
const LEAST_DEVIATION = 0.25;

/** Rows, then columns, in place; beyond its border an image repeats it. @param target `[C, H, W]` @param deviation in pixels */
export function gaussianFilter(
  target: Float32Array,
  { channels, height, width }: ImageShape,
  deviation: number,
): void {
  if (deviation < LEAST_DEVIATION) return;
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (plane: number, lines: number, lineStep: number, length: number, step: number) => {
    const line = new Float32Array(length);
    for (let index = 0; index < lines; index++) {
      const start = plane + index * lineStep;
      for (let at = 0; at < length; at++) line[at] = target[start + at * step] ?? 0;
      for (let at = 0; at < length; at++) {
        let sum = 0;
        weights.forEach((weight, tap) => {
          sum += weight * (line[Math.min(length - 1, Math.max(0, at + tap - reach))] ?? 0);
        });
        target[start + at * step] = sum / total;
      }
    }
  };
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    along(plane, height, width, width, 1);
    along(plane, width, 1, height, width);
  }
}
