import { elementCount } from '../../compile/graph.ts';
import { mixtureSize } from '../../losses/discretised-logistics.ts';
import { type Stream, WINDOWS } from '../../networks/causal-convolution.ts';
import { RandomStream } from '../../random.ts';
import type { ParameterData, ParameterSpec } from '../detector.ts';

/** What a PixelCNN++ is made of. Height and width of the images are not part of it: it is convolutional. */
export interface PixelCnnNetwork {
  readonly channels: 1 | 3;
  readonly filters: number;
  /** Sizes of the feature maps, each half of the one before. */
  readonly resolutions: number;
  /** Gated residual blocks of each stream at each resolution on the way down; one more on the way up. */
  readonly blocks: number;
  /** Components of the mixture of logistics. */
  readonly mixtures: number;
}

export const STREAMS: readonly Stream[] = ['vertical', 'horizontal'];

/** One step of the network, in both streams. */
export type Stage =
  | { readonly kind: 'block'; readonly name: string; readonly way: 'down' | 'up' }
  | { readonly kind: 'shrink' | 'grow'; readonly name: string };

/** Down through the resolutions and up again (Salimans et al. 2017, sections 2.3 and 2.4). */
export function stagesOf({ resolutions, blocks }: PixelCnnNetwork): { down: Stage[]; up: Stage[] } {
  const blocksOf = (way: 'down' | 'up', level: number, count: number) =>
    Array.from({ length: count }, (_, index): Stage => ({
      kind: 'block',
      way,
      name: `${way}${level}.block${index}`,
    }));
  const levels = Array.from({ length: resolutions }, (_, level) => level);
  return {
    down: levels.flatMap((level) => [
      ...(level === 0 ? [] : [{ kind: 'shrink', name: `shrink${level}` } as const]),
      ...blocksOf('down', level, blocks),
    ]),
    up: levels
      .toReversed()
      .flatMap((level) =>
        level === resolutions - 1
          ? blocksOf('up', level, blocks)
          : [{ kind: 'grow', name: `grow${level}` } as const, ...blocksOf('up', level, blocks + 1)],
      ),
  };
}

interface DrawnSpec extends ParameterSpec {
  /** Standard deviation at the start; 0 for none. */
  readonly deviation: number;
}

/** How much of the variance of a normal number its concatenated ELUs keep, each. */
const ELU_VARIANCE = 0.6;
/** The second convolution of a block starts this small, so that a new block changes little. */
const BLOCK_GAIN = 0.1;

function drawnSpecs(network: PixelCnnNetwork): DrawnSpec[] {
  const { channels, filters: f, mixtures } = network;
  const { down, up } = stagesOf(network);
  // For weights whose last axis is the output: the variance of what comes in is kept.
  const weight = (name: string, shape: readonly number[], gain = 1, variance = ELU_VARIANCE): DrawnSpec => ({
    name,
    shape,
    trained: true,
    deviation: gain / Math.sqrt(variance * elementCount(shape.slice(0, -1))),
  });
  const bias = (name: string, length: number): DrawnSpec => ({
    name,
    shape: [length],
    trained: true,
    deviation: 0,
  });
  const blockSpecs = (stage: Extract<Stage, { kind: 'block' }>) =>
    STREAMS.flatMap((stream) => {
      const [h, w] = WINDOWS[stream];
      const name = `${stage.name}.${stream}`;
      const aside = asideChannels(stage.way, stream) * f;
      return [
        weight(`${name}.first`, [h, w, 2 * f, f], aside === 0 ? 1 : Math.SQRT1_2),
        bias(`${name}.firstBias`, f),
        ...(aside === 0 ? [] : [weight(`${name}.aside`, [2 * aside, f], Math.SQRT1_2)]),
        weight(`${name}.second`, [h, w, 2 * f, 2 * f], BLOCK_GAIN),
        bias(`${name}.secondBias`, 2 * f),
      ];
    });
  // The image, and a channel of ones that tells it from what lies outside.
  const inputs = channels + 1;
  return [
    weight('input.above', [2, 3, inputs, f]),
    weight('input.rowAbove', [1, 3, inputs, f], Math.SQRT1_2),
    weight('input.columnLeft', [2, 1, inputs, f], Math.SQRT1_2),
    ...[...down, ...up].flatMap((stage): DrawnSpec[] => {
      switch (stage.kind) {
        case 'block':
          return blockSpecs(stage);
        case 'shrink':
          return STREAMS.map((stream) => weight(`${stage.name}.${stream}`, [4 * f, f], 1, 1));
        case 'grow':
          return STREAMS.map((stream) => weight(`${stage.name}.${stream}`, [f, 4 * f], 1, 1));
      }
    }),
    weight('output.kernel', [f, mixtureSize(channels, mixtures)], BLOCK_GAIN),
    bias('output.bias', mixtureSize(channels, mixtures)),
  ];
}

/** What a block takes beside its own stream, in units of F channels: the vertical stream feeds the horizontal one. */
function asideChannels(way: 'down' | 'up', stream: Stream): number {
  return (way === 'up' ? 1 : 0) + (stream === 'horizontal' ? 1 : 0);
}

export function pixelCnnParameterSpecs(network: PixelCnnNetwork): ParameterSpec[] {
  return drawnSpecs(network).map(({ name, shape, trained }) => ({ name, shape, trained }));
}

/** Components begin apart, each about as wide as the gap to the next. */
const SPREAD = 0.8;

export function initialPixelCnnParameters(network: PixelCnnNetwork, seed: number): ParameterData {
  const random = new RandomStream(seed, 'pixelcnn parameters');
  const parameters = Object.fromEntries(
    drawnSpecs(network).map(({ name, shape, deviation }) => {
      const values = new Float32Array(elementCount(shape));
      if (deviation > 0) for (let at = 0; at < values.length; at++) values[at] = random.normal() * deviation;
      return [name, values];
    }),
  );
  const { channels, mixtures } = network;
  const bias = parameters['output.bias'];
  for (let channel = 0; channel < channels; channel++) {
    for (let component = 0; component < mixtures; component++) {
      const place = mixtures === 1 ? 0 : (2 * component) / (mixtures - 1) - 1;
      bias?.set([SPREAD * place], (1 + channel) * mixtures + component);
      bias?.set([Math.log(SPREAD / mixtures)], (1 + channels + channel) * mixtures + component);
    }
  }
  return parameters;
}
