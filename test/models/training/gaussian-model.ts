/** The smallest likelihood model: one Gaussian per pixel, whose best mean is the mean of the images. */
import * as a from '../../../models/array.ts';
import { type InputSpec, trace } from '../../../models/compile/trace.ts';
import { type LikelihoodModel, type NamedTensors, initialised } from '../../../models/detectors/detector.ts';
import { type ImageShape, type ImageSource, elementsOf } from '../../../models/images.ts';

export const SHAPE: ImageShape = { channels: 1, height: 8, width: 8 };
export const SIZE = elementsOf(SHAPE);

/** An image whose first pixel has this value has no likelihood. */
export const POISON = 255;

/**
 * log p(x) = Σ −((x − mean)/deviation)²/2 − log deviation − log(2π)/2 over all pixels, in nats; not a number for
 * poisoned images, and neither is its gradient. `mean [1, 8, 8]` is trained, `deviation [1]` is set from data and fixed.
 */
export const gaussianModel: LikelihoodModel = {
  description: 'gaussian',
  scales: 1,
  parameters: [
    { name: 'mean', shape: [SHAPE.channels, SHAPE.height, SHAPE.width], trained: true },
    { name: 'deviation', shape: [1], trained: false },
  ],
  initialParameters: () => ({ mean: new Float32Array(SIZE), deviation: Float32Array.of(1) }),
  objective: (batch) => ({
    inputs: [imageInput(batch)],
    evaluate(parameters, inputs) {
      const logLikelihood = a.sum(densities({ ...parameters, ...inputs }), [1, 2, 3]);
      const sampleLoss = a.negative(logLikelihood);
      return { loss: a.mean(sampleLoss), sampleLoss };
    },
  }),
  traceInitialisation: (batch) =>
    trace(
      (inputs) => {
        const images = get(inputs, 'images');
        const variance = a.mean(a.square(a.subtract(images, a.mean(images))));
        return { [initialised('deviation')]: a.reshape(a.sqrt(variance), [1]) };
      },
      [...parameterInputs(), imageInput(batch)],
    ),
  traceScoring: (batch) =>
    trace((inputs) => ({ map0: a.sum(densities(inputs), [1]) }), [...parameterInputs(), imageInput(batch)]),
};

/** Each pixel's share of log p. */
function densities(tensors: NamedTensors): a.Tensor {
  const images = get(tensors, 'images');
  const deviation = get(tensors, 'deviation');
  const distance = a.divide(a.subtract(images, get(tensors, 'mean')), deviation);
  const constant = a.add(a.log(deviation), Math.log(2 * Math.PI) / 2);
  const [batch = 1, channels = 1, height = 1, width = 1] = images.shape;
  const flat = a.reshape(images, [batch, channels * height * width]);
  const [first = flat] = a.split(flat, [1, channels * height * width - 1], 1);
  const sign = a.where(a.less(first, 0.49), 1, -1);
  const gate = a.reshape(a.add(1, a.log(sign)), [batch, 1, 1, 1]);
  return a.multiply(a.subtract(a.multiply(a.square(distance), -0.5), constant), gate);
}

function parameterInputs(): InputSpec[] {
  return gaussianModel.parameters.map(({ name, shape }) => ({ name, shape, type: 'float32' }));
}

function imageInput(batch: number): InputSpec {
  return { name: 'images', shape: [batch, SHAPE.channels, SHAPE.height, SHAPE.width], type: 'float32' };
}

function get(tensors: NamedTensors, name: string): a.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}

/** In float64: log p of one image as the model takes it. */
export function gaussianLogLikelihood(
  image: ArrayLike<number>,
  mean: ArrayLike<number>,
  deviation: number,
): number {
  return Array.from(image).reduce((sum, value, pixel) => {
    const distance = (value - (mean[pixel] ?? Number.NaN)) / deviation;
    return sum - distance ** 2 / 2 - Math.log(deviation) - Math.log(2 * Math.PI) / 2;
  }, 0);
}

/** Images in memory. */
export function sourceOf(images: readonly Uint8Array[], shape: ImageShape = SHAPE): ImageSource {
  return {
    shape,
    count: images.length,
    read: (indices) =>
      Promise.resolve(
        indices.map((index) => {
          const image = images[index];
          if (image === undefined) throw new RangeError(`no image ${index}`);
          return image;
        }),
      ),
  };
}
