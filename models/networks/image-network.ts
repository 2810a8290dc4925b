/**
 * The convolutional network of Deep SVDD on small images, as Ruff et al. 2020 use it ("Rethinking Assumptions in Deep Anomaly
 * Detection"): 5×5 convolutions, batch normalisation, leaky ReLU and 2×2 max-pooling, then a hidden layer and a linear one.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, convolve, fromChannelsFirst, sizeOf } from '../flows/layout.ts';
import type { ImageShape } from '../images.ts';
import { RandomStream } from '../random.ts';
import { type Moments, normalise } from './batch-normalisation.ts';
import { leakyRelu } from './leaky-relu.ts';
import { maxPool } from './max-pool.ts';

export interface ImageNetworkSettings {
  /** Of each convolution's output; each halves the sides. */
  readonly channels: readonly number[];
  readonly hidden: number;
  /** Dimensions of φ(x). */
  readonly outputs: number;
  /**
   * Whether normalised activations are shifted by what is learned. A network with such biases can give every input the same output,
   * which a loss that only contracts (Deep SVDD) rewards best: the hypersphere collapses (Ruff et al. 2018, proposition 2).
   */
  readonly biases: boolean;
  /** Standard deviation of φ(x)'s components in the beginning: too far out, a loss that saturates has no gradient. */
  readonly outputScale: number;
}

/** A layer that is normalised, and the channels that it has. */
interface NormalisedLayer {
  readonly name: string;
  readonly channels: number;
}

const KERNEL = 5;

function convolutions({ channels }: ImageNetworkSettings): NormalisedLayer[] {
  return channels.map((count, index) => ({ name: `convolution${index}`, channels: count }));
}

export function normalisedLayers(settings: ImageNetworkSettings): NormalisedLayer[] {
  return [...convolutions(settings), { name: 'hidden', channels: settings.hidden }];
}

/** Numbers of one image after the convolutions. */
function flatSize({ channels }: ImageNetworkSettings, { height, width }: ImageShape): number {
  const shrinking = 2 ** channels.length;
  if (height % shrinking !== 0 || width % shrinking !== 0)
    throw new RangeError(
      `images of ${height}×${width} pixels: this network needs sides that are multiples of ${shrinking}`,
    );
  return ((channels.at(-1) ?? 0) * height * width) / shrinking ** 2;
}

/**
 * Parameters in the order of the layers.
 * @throws {RangeError} where a side is no multiple of 2 to the number of convolutions
 */
export function imageNetworkParameters(
  settings: ImageNetworkSettings,
  shape: ImageShape,
): { readonly name: string; readonly shape: readonly number[] }[] {
  const flat = flatSize(settings, shape);
  const shift = ({ name, channels }: NormalisedLayer) =>
    settings.biases ? [{ name: `${name}/shift`, shape: [channels] }] : [];
  const layers = convolutions(settings);
  return [
    ...layers.flatMap((layer, index) => {
      const inputs = layers[index - 1]?.channels ?? shape.channels;
      return [
        { name: `${layer.name}/kernel`, shape: [KERNEL, KERNEL, inputs, layer.channels] },
        ...shift(layer),
      ];
    }),
    { name: 'hidden/weights', shape: [flat, settings.hidden] },
    ...shift({ name: 'hidden', channels: settings.hidden }),
    { name: 'output/weights', shape: [settings.hidden, settings.outputs] },
  ];
}

/** Normal weights that keep variances through leaky ReLUs (He et al. 2015); no shifts. */
export function initialImageNetwork(
  settings: ImageNetworkSettings,
  shape: ImageShape,
  seed: number,
): Record<string, Float32Array<ArrayBuffer>> {
  return Object.fromEntries(
    imageNetworkParameters(settings, shape).map(({ name, shape: sides }) => {
      const size = sides.reduce((product, side) => product * side, 1);
      const inputs = size / (sides.at(-1) ?? 1);
      // A leaky ReLU halves the mean square of its normalised input.
      const gain = name === 'output/weights' ? settings.outputScale : 1;
      const deviation = name.endsWith('/shift') ? 0 : gain * Math.sqrt(2 / inputs);
      const random = new RandomStream(seed, `initial ${name}`);
      return [name, Float32Array.from({ length: size }, () => deviation * random.normal())];
    }),
  );
}

/** What a layer is normalised with: its batch's own moments, or fixed ones. */
export type MomentsOf = (layer: string, activations: Tensor) => Moments;

/**
 * φ(x): images `[B, C, H, W]` → `[B, outputs]`. Pooling comes before normalisation and leaky ReLU, which rise with their input and
 * so give the same numbers as the other way round, for a quarter of the work.
 */
export function imageNetwork(
  settings: ImageNetworkSettings,
  parameters: Readonly<Record<string, Tensor>>,
  images: Tensor,
  momentsOf: MomentsOf,
  layout: Layout,
): Tensor {
  const parameter = (name: string): Tensor => {
    const tensor = parameters[name];
    if (tensor === undefined) throw new RangeError(`no parameter ${name}`);
    return tensor;
  };
  const activated = (name: string, x: Tensor, pooled: Tensor): Tensor => {
    const shift = settings.biases ? parameter(`${name}/shift`) : null;
    return leakyRelu(normalise(pooled, momentsOf(name, x), shift, layout));
  };
  const map = convolutions(settings).reduce(
    (x, { name }) => {
      const y = convolve(x, parameter(`${name}/kernel`), 'HWIO', layout);
      return activated(name, y, maxPool(y, layout));
    },
    fromChannelsFirst(images, layout),
  );
  const hidden = a.matmul(flattened(map, layout), parameter('hidden/weights'));
  return a.matmul(activated('hidden', hidden, hidden), parameter('output/weights'));
}

/** Pixel by pixel, so that weights are the same in either layout. */
function flattened(map: Tensor, layout: Layout): Tensor {
  const { batch, channels, height, width } = sizeOf(map, layout);
  const pixels = layout === 'channels-first' ? a.transpose(map, [0, 2, 3, 1]) : map;
  return a.reshape(pixels, [batch, height * width * channels]);
}
