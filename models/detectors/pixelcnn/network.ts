/**
 * PixelCNN++ (Salimans et al. 2017): from an image to the distribution of each of its pixels given those before it in raster order.
 * Two departures from the paper: maps shrink and grow by 2×2 blocks rather than by strided convolutions (which a device that computes
 * convolutions as matrix products does faster), and there is no dropout and no weight normalisation.
 */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import {
  type Layout,
  convolve,
  fromChannelsFirst,
  joinChannels,
  mixChannels,
  perChannel,
  sizeOf,
} from '../../flows/layout.ts';
import { squeeze } from '../../flows/squeeze.ts';
import { discretisedLogistics } from '../../losses/discretised-logistics.ts';
import { type Stream, shifted } from '../../networks/causal-convolution.ts';
import { elu, gatedResidual } from '../../networks/gated-residual.ts';
import type { NamedTensors } from '../detector.ts';
import { type PixelCnnNetwork, type Stage, stagesOf } from './parameters.ts';

type Maps = Readonly<Record<Stream, Tensor>>;

/** Model input x/256 − 0.5 + 1/512 → x/127.5 − 1. */
const INPUT_GAIN = 256 / 127.5;

/**
 * ln of the density of each pixel, its channels together, `[B, H, W]` in nats. The density is that of a continuous image in units of
 * the model's input that is spread evenly over each bin (P · 256 a channel), so that it compares with a flow's.
 * @param images `[B, C, H, W]`: middles of 8-bit bins in [−0.5, 0.5). Sides are multiples of 2^(resolutions − 1).
 */
export function logDensityMap(
  network: PixelCnnNetwork,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): Tensor {
  const values = a.multiply(fromChannelsFirst(images, layout), INPUT_GAIN);
  const outputs = mixtureMap(network, parameters, values, layout);
  const logShare = discretisedLogistics(values, outputs, network.mixtures, layout);
  return a.add(logShare, network.channels * Math.log(256));
}

/** The numbers that describe each pixel's distribution (losses/discretised-logistics.ts), from pixels before it. */
export function mixtureMap(
  network: PixelCnnNetwork,
  parameters: NamedTensors,
  values: Tensor,
  layout: Layout,
): Tensor {
  const get = (name: string): Tensor => {
    const tensor = parameters[name];
    if (tensor === undefined) throw new RangeError(`the model has no parameter ${name}`);
    return tensor;
  };
  const { down, up } = stagesOf(network);
  const input = inputMaps(values, get, layout);
  // Every map of the way down but the last stands beside a block on the way up.
  const kept: Maps[] = [];
  const deepest = down.reduce((maps, stage) => {
    kept.push(maps);
    return stage.kind === 'block'
      ? block(maps, null, stage.name, get, layout)
      : resized(maps, stage, get, layout);
  }, input);
  const { horizontal } = up.reduce(
    (maps, stage) =>
      stage.kind === 'block'
        ? block(maps, kept.pop() ?? null, stage.name, get, layout)
        : resized(maps, stage, get, layout),
    deepest,
  );
  const mixed = mixChannels(elu(horizontal), get('output.kernel'), layout);
  return a.add(mixed, perChannel(get('output.bias'), layout));
}

type Get = (name: string) => Tensor;

function inputMaps(values: Tensor, get: Get, layout: Layout): Maps {
  const { batch, height, width } = sizeOf(values, layout);
  const sides = layout === 'channels-first' ? [batch, 1, height, width] : [batch, height, width, 1];
  // Ones tell the image from what lies outside.
  const marked = joinChannels([values, a.add(a.zeros(sides), 1)], layout);
  const below = shifted(marked, 'down', layout);
  const rowAbove = convolve(below, get('input.rowAbove'), 'HWIO', layout);
  const left = shifted(marked, 'right', layout);
  return {
    vertical: convolve(below, get('input.above'), 'HWIO', layout, { above: 1, left: 1 }),
    horizontal: a.add(
      rowAbove,
      convolve(left, get('input.columnLeft'), 'HWIO', layout, { above: 1, left: 0 }),
    ),
  };
}

function block(maps: Maps, aside: Maps | null, name: string, get: Get, layout: Layout): Maps {
  const weights = (stream: Stream, takes: boolean) => ({
    first: get(`${name}.${stream}.first`),
    firstBias: get(`${name}.${stream}.firstBias`),
    aside: takes ? get(`${name}.${stream}.aside`) : null,
    second: get(`${name}.${stream}.second`),
    secondBias: get(`${name}.${stream}.secondBias`),
  });
  const vertical = gatedResidual(
    maps.vertical,
    aside?.vertical ?? null,
    weights('vertical', aside !== null),
    layout,
  );
  const beside = aside === null ? vertical : joinChannels([vertical, aside.horizontal], layout);
  return {
    vertical,
    horizontal: gatedResidual(maps.horizontal, beside, weights('horizontal', true), layout),
  };
}

/**
 * A block of 2×2 pixels becomes one of a map half the size, and back. On the way down, the block that ends at its pixel: a stream's
 * value at (2Y, 2X) and those before it, so that what the block's pixels get back on the way up comes from before all of them.
 */
function resized(
  maps: Maps,
  { kind, name }: Exclude<Stage, { kind: 'block' }>,
  get: Get,
  layout: Layout,
): Maps {
  const through = (stream: Stream, x: Tensor): Tensor => {
    const matrix = get(`${name}.${stream}`);
    if (kind === 'grow') return squeeze(layout).inverse(mixChannels(x, matrix, layout));
    const down = shifted(x, 'down', layout);
    const ended = stream === 'vertical' ? down : shifted(down, 'right', layout);
    return mixChannels(squeeze(layout).forward(ended).y, matrix, layout);
  };
  return {
    vertical: through('vertical', maps.vertical),
    horizontal: through('horizontal', maps.horizontal),
  };
}
