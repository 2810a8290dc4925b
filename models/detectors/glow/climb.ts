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
  /** Of the first step, per nat of slope; halved whenever a step leads down. */
  readonly rate: number;
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

/** @param start the latents of one image (latent-images.ts), all scales of which but the last may move */
export async function climb(
  { device }: Environment,
  settings: GlowSettings,
  parameters: ParameterData,
  shape: ImageShape,
  start: Latents,
  { steps, rate }: ClimbSettings,
): Promise<Climbed> {
  const weights = { ...parameters, ...inverseConvolutions(settings, parameters) };
  const graph = bindInputs(compileGraph(slopeProgram(settings, shape), 'portable'), weights);
  const program = await device.load(encodeModel(graph, {}));
  try {
    const at = (scales: Latents): Promise<HostTensors> =>
      program.run(Object.fromEntries(scales.map((latent, scale) => [latentName(scale), latent])));
    let latents = start;
    let here = await at(latents);
    let size = rate;
    const logLikelihoods = [sumOf(here)];
    for (let step = 0; step < steps; step++) {
      const further = latents.map((latent, scale) => moved(latent, here[slopeName(scale)], size));
      const there = await at(further);
      // Not-a-number compares as no way up.
      if (sumOf(there) > (logLikelihoods.at(-1) ?? Infinity)) {
        [latents, here] = [further, there];
        logLikelihoods.push(sumOf(there));
      } else {
        size /= 2;
      }
    }
    return {
      logLikelihoods,
      contributions: contributionsOf(here),
      image: floats(here['images'], 'images'),
      latents,
    };
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

function sumOf(outputs: HostTensors): number {
  return contributionsOf(outputs).reduce((sum, value) => sum + value, 0);
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
