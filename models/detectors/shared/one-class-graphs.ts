/** The programs of a one-class network: its loss, the moments that batch normalisation keeps, and what it says of images. */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import { type InputSpec, type TracedProgram, trace } from '../../compile/trace.ts';
import { type Layout } from '../../flows/layout.ts';
import type { ImageShape } from '../../images.ts';
import { squaredNorm } from '../../losses/hypersphere.ts';
import { type Moments, batchMoments } from '../../networks/batch-normalisation.ts';
import {
  type ImageNetworkSettings,
  imageNetwork,
  imageNetworkParameters,
  initialImageNetwork,
  normalisedLayers,
} from '../../networks/image-network.ts';
import type { NamedTensors, Objective, ParameterData, ParameterSpec } from '../detector.ts';

/** What a loss is of: the squared distance ‖φ(x)‖², or the logit w·φ(x) + b of a linear head. */
export type Reading = 'squared-distance' | 'logit';

/** Of readings `[B]`, one loss each. */
export type ReadingLoss = (reading: Tensor) => Tensor;

export interface OneClassModel {
  readonly network: ImageNetworkSettings;
  readonly reading: Reading;
  readonly shape: ImageShape;
  readonly normalLoss: ReadingLoss;
  /** Null without exposure images. */
  readonly exposureLoss: ReadingLoss | null;
}

const HEAD_WEIGHTS = 'head/weights';
const HEAD_BIAS = 'head/bias';

/** What is trained, in order. */
export function trainedParameters({ network, reading, shape }: OneClassModel): ParameterSpec[] {
  const head = [
    { name: HEAD_WEIGHTS, shape: [network.outputs, 1] },
    { name: HEAD_BIAS, shape: [1] },
  ];
  const all = [...imageNetworkParameters(network, shape), ...(reading === 'logit' ? head : [])];
  return all.map((spec) => ({ ...spec, trained: true }));
}

/** The head begins at nothing: every logit is 0, every probability a half. */
export function initialParameters({ network, reading, shape }: OneClassModel, seed: number): ParameterData {
  const initial = initialImageNetwork(network, shape, seed);
  if (reading === 'squared-distance') return initial;
  return {
    ...initial,
    [HEAD_WEIGHTS]: new Float32Array(network.outputs),
    [HEAD_BIAS]: new Float32Array(1),
  };
}

/** The inputs `normal` and, with an exposure loss, `exposure`: both are normalised as one batch. */
export function objective(model: OneClassModel, batch: number, layout: Layout): Objective {
  const { exposureLoss, normalLoss } = model;
  const normal = imagesInput('normal', batch, model.shape);
  const moments = (_: string, x: Tensor) => batchMoments(x, layout);
  const inputs = exposureLoss === null ? [normal] : [normal, imagesInput('exposure', batch, model.shape)];
  return {
    inputs,
    evaluate(parameters, tensors) {
      const images = a.concat(
        inputs.map(({ name }) => get(tensors, name)),
        0,
      );
      const readings = readingOf(model, parameters, images, moments, layout);
      const [ofNormal, ofExposure] = a.split(
        readings,
        inputs.map(() => batch),
        0,
      );
      if (ofNormal === undefined) throw new RangeError('a batch without normal images');
      const sampleLoss = normalLoss(ofNormal);
      const loss = a.mean(sampleLoss);
      if (ofExposure === undefined || exposureLoss === null) return { loss, sampleLoss };
      return { loss: a.multiply(a.add(loss, a.mean(exposureLoss(ofExposure))), 0.5), sampleLoss };
    },
  };
}

/** Parameters and `images [N, C, H, W]` → the moments of every normalised layer, by the names that {@link traceReading} takes. */
export function traceMoments(model: OneClassModel, images: number): TracedProgram {
  return trace(
    (inputs) => {
      const outputs: Record<string, Tensor> = {};
      const moments = (layer: string, x: Tensor): Moments => {
        const own = batchMoments(x, 'channels-first');
        outputs[meanOf(layer)] = own.mean;
        outputs[varianceOf(layer)] = own.variance;
        return own;
      };
      readingOf(model, inputs, get(inputs, 'images'), moments, 'channels-first');
      return outputs;
    },
    [...parameterInputs(model), imagesInput('images', images, model.shape)],
  );
}

/** Parameters, moments and `images [B, C, H, W]` → `reading [B]`, and its losses were the image normal, and were it not. */
export function traceReading(model: OneClassModel, batch: number): TracedProgram {
  return trace(
    (inputs) => {
      const moments = (layer: string): Moments => ({
        mean: get(inputs, meanOf(layer)),
        variance: get(inputs, varianceOf(layer)),
      });
      const reading = readingOf(model, inputs, get(inputs, 'images'), moments, 'channels-first');
      const { normalLoss, exposureLoss } = model;
      return {
        reading,
        normalLoss: normalLoss(reading),
        ...(exposureLoss === null ? {} : { exposureLoss: exposureLoss(reading) }),
      };
    },
    [...parameterInputs(model), ...momentInputs(model), imagesInput('images', batch, model.shape)],
  );
}

/** As inputs, in order: what {@link traceReading} takes beside images. */
export function scoringParameters(model: OneClassModel): readonly InputSpec[] {
  return [...parameterInputs(model), ...momentInputs(model)];
}

function readingOf(
  { network, reading }: OneClassModel,
  parameters: NamedTensors,
  images: Tensor,
  moments: (layer: string, x: Tensor) => Moments,
  layout: Layout,
): Tensor {
  const output = imageNetwork(network, parameters, images, moments, layout);
  if (reading === 'squared-distance') return squaredNorm(output);
  const logits = a.matmul(output, get(parameters, HEAD_WEIGHTS));
  return a.add(a.reshape(logits, [-1]), get(parameters, HEAD_BIAS));
}

function parameterInputs(model: OneClassModel): InputSpec[] {
  return trainedParameters(model).map(({ name, shape }) => ({ name, shape, type: 'float32' }));
}

function momentInputs({ network }: OneClassModel): InputSpec[] {
  return normalisedLayers(network).flatMap(({ name, channels }): InputSpec[] => [
    { name: meanOf(name), shape: [channels], type: 'float32' },
    { name: varianceOf(name), shape: [channels], type: 'float32' },
  ]);
}

function imagesInput(name: string, batch: number, { channels, height, width }: ImageShape): InputSpec {
  return { name, shape: [batch, channels, height, width], type: 'float32' };
}

function meanOf(layer: string): string {
  return `${layer}/mean`;
}

function varianceOf(layer: string): string {
  return `${layer}/variance`;
}

function get(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}
