import type { Tensor } from '../../array.ts';
import type { InputSpec } from '../../compile/trace.ts';
import type { ImageShape } from '../../images.ts';
import type { ParameterSpec } from '../detector.ts';

/** The input that holds images, `[B, C, H, W]`. */
export function imageInput(
  batch: number,
  { channels, height, width }: ImageShape,
  name = 'images',
): InputSpec {
  return { name, shape: [batch, channels, height, width], type: 'float32' };
}

export function parameterInputs(parameters: readonly ParameterSpec[]): InputSpec[] {
  return parameters.map(({ name, shape }) => ({ name, shape, type: 'float32' }));
}

/** @throws {RangeError} where the program has no such input */
export function imagesIn(tensors: Readonly<Record<string, Tensor>>, name = 'images'): Tensor {
  const images = tensors[name];
  if (images === undefined) throw new RangeError(`the program has no input "${name}"`);
  return images;
}
