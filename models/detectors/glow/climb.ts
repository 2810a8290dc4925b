/**
 * Climbing p(x) with the last scale's latent held (Schirrmeister et al., NeurIPS 2020, section 3.1): what the model makes of an image when only its
 * fine scales may change shows what the last scale holds.
 */
import * as a from '../../array.ts';
import { bindInputs } from '../../compile/bind.ts';
import { compileGraph } from '../../compile/compile.ts';
import { encodeModel } from '../../compile/encode.ts';
import { type TracedProgram, trace } from '../../compile/trace.ts';
import type { Environment, HostTensor, HostTensors } from '../../device.ts';
import type { ImageShape } from '../../images.ts';
import type { ParameterData } from '../detector.ts';
import { imagesIn, parameterInputs } from '../shared/image-program.ts';
import { floats } from '../shared/named-data.ts';
import { contributionMaps, imagesOf } from './flow.ts';
import { inverseConvolutions } from './inverses.ts';
import { type Latents, inverseInputs, latentInputs, latentName } from './latent-images.ts';
import { type GlowSettings, glowParameterSpecs } from './parameters.ts';

export interface ClimbSettings {
  readonly steps: number;
  /** Of the first step, per nat of slope: it halves with a step that leads down, and grows by a fifth with one that leads up. */
  readonly rate: number;
}

/** Where a climb is. */
export interface ClimbedTo {
  /** Steps tried so far: 0 for the image that it starts from. */
  readonly step: number;
  /** Whether the last step led up; after one that did not, all but the step is as before. */
  readonly rose: boolean;
  /** By scale, nats: their sum is log p. */
  readonly contributions: readonly number[];
  /** In units of the model's input. */
  readonly image: Float32Array<ArrayBuffer>;
  readonly latents: Latents;
}

export interface Climbed {
  /** log p of the image before the first step and after each that led up, nats. */
  readonly logLikelihoods: readonly number[];
  /** Of the last image, by scale, nats. */
  readonly contributions: readonly number[];
  /** In units of the model's input. */
  readonly image: Float32Array<ArrayBuffer>;
  readonly latents: Latents;
}

/** A climb to its end; parameters as of {@link climbing}. */
export async function climb(...climbed: Parameters<typeof climbing>): Promise<Climbed> {
  const logLikelihoods: number[] = [];
  let last: ClimbedTo | null = null;
  for await (const reached of climbing(...climbed)) {
    if (reached.rose || reached.step === 0) logLikelihoods.push(sumOf(reached.contributions));
    last = reached;
  }
  if (last === null) throw new RangeError('a climb has a beginning');
  const { contributions, image, latents } = last;
  return { logLikelihoods, contributions, image, latents };
}

/**
 * Climbs step by step, from the image itself on.
 * @param start the latents of one image (latent-images.ts), all scales of which but the last may move
 * @yields where it is before the first step and after each
 */
export async function* climbing(
  { device }: Environment,
  settings: GlowSettings,
  parameters: ParameterData,
  shape: ImageShape,
  start: Latents,
  { steps, rate }: ClimbSettings,
): AsyncGenerator<ClimbedTo, void, undefined> {
  const weights = { ...parameters, ...inverseConvolutions(settings, parameters) };
  const graph = bindInputs(compileGraph(slopeProgram(settings, shape), 'portable'), weights);
  const program = await device.load(encodeModel(graph, {}));
  try {
    const at = (scales: Latents): Promise<HostTensors> =>
      program.run(Object.fromEntries(scales.map((latent, scale) => [latentName(scale), latent])));
    let latents = start;
    let here = await at(latents);
    let size = rate;
    const reached = (step: number, rose: boolean): ClimbedTo => ({
      step,
      rose,
      contributions: contributionsOf(here),
      image: floats(here['images'], 'images'),
      latents,
    });
    yield reached(0, false);
    for (let step = 1; step <= steps; step++) {
      const further = latents.map((latent, scale) => moved(latent, here[slopeName(scale)], size));
      const there = await at(further);
      // Not-a-number compares as no way up.
      const rose = sumOf(contributionsOf(there)) > sumOf(contributionsOf(here));
      if (rose) [latents, here] = [further, there];
      size *= rose ? 1.2 : 0.5;
      yield reached(step, rose);
    }
  } finally {
    await program.dispose();
  }
}

function slopeName(scale: number): string {
  return `slope${scale}`;
}

/** The last scale has no slope: it stays. */
function moved(latent: HostTensor, slope: HostTensor | undefined, size: number): HostTensor {
  if (slope === undefined) return latent;
  const [from, along] = [floats(latent, 'latent'), floats(slope, 'slope')];
  return { shape: latent.shape, data: from.map((value, index) => value + size * (along[index] ?? 0)) };
}

function contributionsOf(outputs: HostTensors): number[] {
  return Array.from(floats(outputs['contributions'], 'contributions'));
}

function sumOf(contributions: readonly number[]): number {
  return contributions.reduce((sum, value) => sum + value, 0);
}

/** From the latents of one image to the image, its contributions `[scales]`, and the slope of log p along each moving latent. */
function slopeProgram(settings: GlowSettings, shape: ImageShape): TracedProgram {
  const inputs = latentInputs(settings, shape, 1);
  const moving = inputs.slice(0, -1);
  const held = inputs.slice(-1);
  return trace(
    (tensors) => {
      const { extra, gradients } = a.valueAndGradient(
        (latents) => {
          const scales = [...latents, ...held.map(({ name }) => imagesIn(tensors, name))];
          const images = imagesOf(settings, tensors, scales, 'channels-first');
          const contributions = a.concat(
            contributionMaps(settings, tensors, images, 'channels-first').map((map) =>
              a.reshape(a.sum(map), [1]),
            ),
            0,
          );
          return [a.sum(contributions), [contributions, images]];
        },
        moving.map(({ name }) => imagesIn(tensors, name)),
      );
      const [contributions, images] = extra;
      if (contributions === undefined || images === undefined)
        throw new RangeError('two outputs were asked for');
      return {
        contributions,
        images,
        ...Object.fromEntries(gradients.map((gradient, scale) => [slopeName(scale), gradient])),
      };
    },
    [...parameterInputs(glowParameterSpecs(settings)), ...inverseInputs(settings), ...inputs],
  );
}
