/** The encoder under momentum contrast, and the head through which views are compared while it is trained. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import type { InputSpec } from '../compile/trace.ts';
import type { NamedTensors, ParameterSpec } from '../detectors/detector.ts';
import type { Layout } from '../flows/layout.ts';
import type { ImageShape } from '../images.ts';
import { unitRows } from '../losses/info-nce.ts';
import { dimensionsOf, residualNetwork, residualParameters } from '../networks/residual.ts';
import type { MocoSettings } from './moco-settings.ts';

/** The step's input: `[B, 2, C, H, W]`. */
export const VIEWS = 'views';

type NetworkSettings = Pick<MocoSettings, 'network' | 'projection'>;

/** The encoder's, and of the head's two layers; `head.centre` and `head.gain` bring the vector's dimensions to a common scale. */
export function mocoParameters({ network, projection }: NetworkSettings): ParameterSpec[] {
  const width = dimensionsOf(network);
  return [
    ...residualParameters(network),
    { name: 'head.centre', shape: [width] },
    { name: 'head.gain', shape: [width] },
    { name: 'head.hidden', shape: [width, width] },
    { name: 'head.hiddenBias', shape: [width] },
    { name: 'head.output', shape: [width, projection] },
    { name: 'head.outputBias', shape: [projection] },
  ].map((spec) => ({ ...spec, trained: true }));
}

/** Unit vectors `[B, P]`, in which views are compared. @param images `[B, C, H, W]` */
export function projected(
  { network }: NetworkSettings,
  tensors: NamedTensors,
  images: Tensor,
  layout: Layout,
): Tensor {
  const { vector } = residualNetwork(network, tensors, images, layout);
  const scaled = a.multiply(a.subtract(vector, get(tensors, 'head.centre')), get(tensors, 'head.gain'));
  return unitRows(a.add(beforeBias(tensors, scaled), get(tensors, 'head.outputBias')));
}

/** Against division by nothing where all images give a dimension the same. */
const LEAST_DEVIATION = 1e-3;

/**
 * The head's parameters that are set from data, so that images of one kind do not all start in one direction, where their contrast has
 * no gradient: dimensions of mean 0 and deviation 1 going in, of mean 0 coming out.
 */
export function headFromData(
  { network }: NetworkSettings,
  tensors: NamedTensors,
  images: Tensor,
): NamedTensors {
  const { vector } = residualNetwork(network, tensors, images, 'channels-first');
  const centre = a.mean(vector, [0]);
  const centred = a.subtract(vector, centre);
  const gain = a.reciprocal(a.add(a.sqrt(a.mean(a.square(centred), [0])), LEAST_DEVIATION));
  const outputs = beforeBias(tensors, a.multiply(centred, gain));
  return { 'head.centre': centre, 'head.gain': gain, 'head.outputBias': a.negative(a.mean(outputs, [0])) };
}

function beforeBias(tensors: NamedTensors, scaled: Tensor): Tensor {
  const hidden = a.add(a.matmul(scaled, get(tensors, 'head.hidden')), get(tensors, 'head.hiddenBias'));
  return a.matmul(a.relu(hidden), get(tensors, 'head.output'));
}

export function viewsInput(batch: number, { channels, height, width }: ImageShape): InputSpec {
  return { name: VIEWS, shape: [batch, 2, channels, height, width], type: 'float32' };
}

/** `[B, 2, C, H, W]` → two of `[B, C, H, W]`. */
export function viewPair(views: Tensor): [Tensor, Tensor] {
  const [batch = 1, , ...image] = views.shape;
  const [first, second] = a.split(views, [1, 1], 1);
  if (first === undefined || second === undefined) throw new RangeError('two views of each image');
  return [a.reshape(first, [batch, ...image]), a.reshape(second, [batch, ...image])];
}

export function get(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}
