/** Images to a Glow's latents and back: what is mixed across scales there can be looked at. */
import type { Tensor } from '../../array.ts';
import { bindInputs } from '../../compile/bind.ts';
import { compileGraph } from '../../compile/compile.ts';
import { encodeModel } from '../../compile/encode.ts';
import { type InputSpec, type TracedProgram, trace } from '../../compile/trace.ts';
import type { Environment, HostTensor, HostTensors, Program } from '../../device.ts';
import type { ImageShape } from '../../images.ts';
import type { ParameterData } from '../detector.ts';
import { imageBatch } from '../shared/image-batch.ts';
import { imageInput, imagesIn, parameterInputs } from '../shared/image-program.ts';
import { floats } from '../shared/named-data.ts';
import { imagesOf, latents } from './flow.ts';
import { inverseConvolutions } from './inverses.ts';
import { type GlowSettings, glowParameterSpecs, latentChannels, scaleChannels } from './parameters.ts';

/** Of a batch, by scale, finest first: `[B, C_i, h_i, w_i]`. */
export type Latents = readonly HostTensor[];

export class LatentImages {
  readonly #encoder: Program;
  readonly #decoder: Program;
  readonly #shape: ImageShape;
  readonly batch: number;

  private constructor(encoder: Program, decoder: Program, shape: ImageShape, batch: number) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#shape = shape;
    this.batch = batch;
  }

  static async open(
    { device }: Environment,
    settings: GlowSettings,
    parameters: ParameterData,
    shape: ImageShape,
    batch: number,
  ): Promise<LatentImages> {
    const weights = { ...parameters, ...inverseConvolutions(settings, parameters) };
    const load = (program: TracedProgram) =>
      device.load(encodeModel(bindInputs(compileGraph(program, 'portable'), weights), {}));
    return new LatentImages(
      await load(encoderOf(settings, shape, batch)),
      await load(decoderOf(settings, shape, batch)),
      shape,
      batch,
    );
  }

  /** @param images planar 8 bit, as many as the batch */
  async latentsOf(images: readonly Uint8Array[]): Promise<Latents> {
    if (images.length !== this.batch)
      throw new RangeError(`${images.length} images in a batch of ${this.batch}`);
    const outputs = await this.#encoder.run(imageBatch(images, this.batch, this.#shape));
    return Object.keys(outputs).flatMap((_, scale) => outputs[latentName(scale)] ?? []);
  }

  /** @returns images in units of the model's input, side by side; those of far latents may lie outside of [−0.5, 0.5) */
  async imagesOf(scales: Latents): Promise<Float32Array<ArrayBuffer>> {
    const inputs: HostTensors = Object.fromEntries(
      scales.map((latent, scale) => [latentName(scale), latent]),
    );
    const { images } = await this.#decoder.run(inputs);
    return floats(images, 'images');
  }

  async dispose(): Promise<void> {
    await this.#encoder.dispose();
    await this.#decoder.dispose();
  }
}

/** At each scale the latents of the one or the other, finest first. */
export function mixedLatents(one: Latents, other: Latents, fromOther: readonly boolean[]): Latents {
  return one.map((latent, scale) => (fromOther[scale] === true ? (other[scale] ?? latent) : latent));
}

/** The latents of a batch of two images, with those of one scale having changed places. */
export function exchangedLatents(pair: Latents, scale: number): Latents {
  return pair.map((latent, each) => {
    if (each !== scale) return latent;
    const values = floats(latent, latentName(scale));
    const half = values.length / 2;
    const data = new Float32Array(values.length);
    data.set(values.subarray(half), 0);
    data.set(values.subarray(0, half), half);
    return { shape: latent.shape, data };
  });
}

/** Model input to 8 bit: what lies outside becomes black or white. */
export function pixelsOf(input: Float32Array): Uint8Array {
  return Uint8Array.from(input, (value) => Math.max(0, Math.min(255, Math.floor((value + 0.5) * 256))));
}

export function latentName(scale: number): string {
  return `latent${scale}`;
}

export function latentInputs(settings: GlowSettings, shape: ImageShape, batch: number): InputSpec[] {
  return latentChannels(settings).map((channels, scale) => ({
    name: latentName(scale),
    shape: [batch, channels, shape.height / 2 ** (scale + 1), shape.width / 2 ** (scale + 1)],
    type: 'float32',
  }));
}

export function inverseInputs(settings: GlowSettings): InputSpec[] {
  return scaleChannels(settings).map((side, scale) => ({
    name: `scale${scale}.lu.inverse`,
    shape: [settings.stepsPerScale, side, side],
    type: 'float32',
  }));
}

function encoderOf(settings: GlowSettings, shape: ImageShape, batch: number): TracedProgram {
  return trace(
    (inputs) => {
      const found = latents(settings, inputs, imagesIn(inputs), 'channels-first');
      return Object.fromEntries(found.map((latent, scale) => [latentName(scale), latent]));
    },
    [...parameterInputs(glowParameterSpecs(settings)), imageInput(batch, shape)],
  );
}

function decoderOf(settings: GlowSettings, shape: ImageShape, batch: number): TracedProgram {
  const inputs = latentInputs(settings, shape, batch);
  return trace(
    (tensors) => ({
      images: imagesOf(
        settings,
        tensors,
        inputs.map(({ name }): Tensor => imagesIn(tensors, name)),
        'channels-first',
      ),
    }),
    [...parameterInputs(glowParameterSpecs(settings)), ...inverseInputs(settings), ...inputs],
  );
}
