/**
 * A small residual network of basic blocks (He et al. 2016, fig. 5 left) with group normalisation. Maps shrink by space-to-depth at
 * the stem, where no pixel is lost, and by 2×2 means between stages.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, convolve, fromChannelsFirst, mixChannels, sizeOf } from '../flows/layout.ts';
import { squeeze } from '../flows/squeeze.ts';
import { RandomStream } from '../random.ts';
import { groupNormalisation } from './group-normalisation.ts';

export interface ResidualSettings {
  /** Of the images. */
  readonly channels: 1 | 3;
  /** 2×2 squeezes before the first convolution. */
  readonly stemSqueezes: number;
  /** Channels of each stage; maps halve between stages. */
  readonly widths: readonly number[];
  readonly blocksPerStage: number;
  /** Channels that are normalised together: a divisor of every width. */
  readonly groupChannels: number;
}

interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How many pixels of the image one place of the last map stands for, along a side. */
export function cellOf({ stemSqueezes, widths }: ResidualSettings): number {
  return 2 ** (stemSqueezes + widths.length - 1);
}

/** Of the vector, and of each place of the grid. */
export function dimensionsOf({ widths }: ResidualSettings): number {
  const last = widths.at(-1);
  if (last === undefined) throw new RangeError('a network has a stage');
  return last;
}

/** Every parameter by name, in a fixed order. Kernels are `[k, k, I, O]`, projections `[I, O]`. */
export function residualParameters(settings: ResidualSettings): NamedShape[] {
  const norm = (name: string, width: number): NamedShape[] => [
    { name: `${name}.gain`, shape: [width] },
    { name: `${name}.bias`, shape: [width] },
  ];
  const [first = 0] = settings.widths;
  const stem = settings.channels * 4 ** settings.stemSqueezes;
  return [
    { name: 'stem.kernel', shape: [3, 3, stem, first] },
    ...norm('stem.norm', first),
    ...blocksOf(settings).flatMap(({ name, inputs, outputs }) => [
      { name: `${name}.first`, shape: [3, 3, inputs, outputs] },
      ...norm(`${name}.firstNorm`, outputs),
      { name: `${name}.second`, shape: [3, 3, outputs, outputs] },
      ...norm(`${name}.secondNorm`, outputs),
      ...(inputs === outputs ? [] : [{ name: `${name}.shortcut`, shape: [inputs, outputs] }]),
    ]),
  ];
}

/** Normal kernels of deviation √(2 / inputs) (He et al. 2015), gains one, biases zero. */
export function initialResidual(
  settings: ResidualSettings,
  seed: number,
): Record<string, Float32Array<ArrayBuffer>> {
  const random = new RandomStream(seed, 'residual network');
  return Object.fromEntries(
    residualParameters(settings).map(({ name, shape }) => {
      const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
      const outputs = shape.at(-1) ?? 1;
      if (name.endsWith('.gain')) values.fill(1);
      else if (!name.endsWith('.bias')) {
        const deviation = Math.sqrt((2 * outputs) / values.length);
        for (let at = 0; at < values.length; at++) values[at] = deviation * random.normal();
      }
      return [name, values];
    }),
  );
}

/**
 * @param images `[B, C, H, W]`, in [−1, 1]
 * @returns `grid`: the last stage's map, in `layout`; `vector [B, D]`: its mean over places
 */
export function residualNetwork(
  settings: ResidualSettings,
  tensors: Readonly<Record<string, Tensor>>,
  images: Tensor,
  layout: Layout,
): { grid: Tensor; vector: Tensor } {
  const get = (name: string): Tensor => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new RangeError(`the network has no parameter ${name}`);
    return tensor;
  };
  const normalised = (x: Tensor, name: string): Tensor =>
    groupNormalisation(
      x,
      { gain: get(`${name}.gain`), bias: get(`${name}.bias`) },
      settings.groupChannels,
      layout,
    );
  let x = fromChannelsFirst(images, layout);
  for (let time = 0; time < settings.stemSqueezes; time++) x = squeeze(layout).forward(x).y;
  x = a.relu(normalised(convolve(x, get('stem.kernel'), 'HWIO', layout), 'stem.norm'));
  for (const { name, inputs, outputs, shrinks } of blocksOf(settings)) {
    if (shrinks) x = halved(x, layout);
    const inner = a.relu(normalised(convolve(x, get(`${name}.first`), 'HWIO', layout), `${name}.firstNorm`));
    const residual = normalised(convolve(inner, get(`${name}.second`), 'HWIO', layout), `${name}.secondNorm`);
    const kept = inputs === outputs ? x : mixChannels(x, get(`${name}.shortcut`), layout);
    x = a.relu(a.add(kept, residual));
  }
  return { grid: x, vector: a.mean(x, layout === 'channels-first' ? [2, 3] : [1, 2]) };
}

function blocksOf({ widths, blocksPerStage }: ResidualSettings): {
  name: string;
  inputs: number;
  outputs: number;
  shrinks: boolean;
}[] {
  return widths.flatMap((width, stage) =>
    Array.from({ length: blocksPerStage }, (_, block) => ({
      name: `stage${stage}.block${block}`,
      inputs: block === 0 ? (widths[stage - 1] ?? width) : width,
      outputs: width,
      shrinks: stage > 0 && block === 0,
    })),
  );
}

/** The mean of each 2×2 block. */
function halved(x: Tensor, layout: Layout): Tensor {
  const { batch, channels, height, width } = sizeOf(x, layout);
  if (height % 2 !== 0 || width % 2 !== 0)
    throw new RangeError(`a map of ${height}×${width} cannot be halved`);
  const [h, w] = [height / 2, width / 2];
  return layout === 'channels-first'
    ? a.mean(a.reshape(x, [batch, channels, h, 2, w, 2]), [3, 5])
    : a.mean(a.reshape(x, [batch, h, 2, w, 2, channels]), [2, 4]);
}
