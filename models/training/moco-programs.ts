/** What is computed of an encoder under momentum contrast outside of its steps. */
import { compile } from '../compile/compile.ts';
import { type InputSpec, trace } from '../compile/trace.ts';
import { type NamedTensors, type ParameterData, initialised } from '../detectors/detector.ts';
import { dataOf, floats } from '../detectors/shared/named-data.ts';
import type { Environment, HostTensors } from '../device.ts';
import type { Tensor } from '../array.ts';
import type { ImageSource } from '../images.ts';
import { infoNceWithin } from '../losses/info-nce.ts';
import { initialResidual, dimensionsOf } from '../networks/residual.ts';
import { RandomStream } from '../random.ts';
import { twoViews } from '../views.ts';
import { VIEWS, get, headFromData, mocoParameters, projected, viewPair, viewsInput } from './moco-network.ts';
import type { MocoSettings } from './moco-settings.ts';

/** Images at once: more tell no more. */
const MOST_IMAGES = 256;

/** Random weights, and a head that is set from views of images drawn from the source. */
export async function initialWeights(
  environment: Environment,
  settings: MocoSettings,
  images: ImageSource,
  seed: number,
): Promise<ParameterData> {
  const { network, projection } = settings;
  const width = dimensionsOf(network);
  const random = new RandomStream(seed, 'projection');
  const layer = (outputs: number) =>
    Float32Array.from({ length: width * outputs }, () => Math.sqrt(2 / width) * random.normal());
  const weights = {
    ...initialResidual(network, seed),
    'head.centre': new Float32Array(width),
    'head.gain': new Float32Array(width).fill(1),
    'head.hidden': layer(width),
    'head.hiddenBias': new Float32Array(width),
    'head.output': layer(projection),
    'head.outputBias': new Float32Array(projection),
  };
  const order = new RandomStream(seed, 'initialisation').permutation(images.count);
  const outputs = await onViews(environment, settings, weights, {
    name: 'head',
    images,
    indices: Array.from(order.subarray(0, MOST_IMAGES)),
    seed,
    compute: (tensors, seen) => {
      const set = headFromData(settings, tensors, seen);
      return Object.fromEntries(Object.entries(set).map(([name, value]) => [initialised(name), value]));
    },
  });
  const set = mocoParameters(settings).flatMap(({ name }) => {
    const value = outputs[initialised(name)];
    return value === undefined ? [] : [[name, floats(value, name)] as const];
  });
  return { ...weights, ...Object.fromEntries(set) };
}

/**
 * Mean InfoNCE of held-out images' views among each other; the same views at each measurement.
 * @throws {RangeError} where there are fewer than two images
 */
export async function heldOutLoss(
  environment: Environment,
  settings: MocoSettings,
  heldOut: ImageSource,
  parameters: ParameterData,
  seed: number,
): Promise<number> {
  const count = Math.min(MOST_IMAGES, heldOut.count);
  if (count < 2) throw new RangeError('what an image is told from is another: hold out two or more');
  const outputs = await onViews(environment, settings, parameters, {
    name: 'held out',
    images: heldOut,
    indices: Array.from({ length: count }, (_, at) => at),
    seed,
    compute: (tensors, seen, other) => {
      const unit = (images: Tensor) => projected(settings, tensors, images, 'channels-first');
      return { losses: infoNceWithin(unit(seen), unit(other), settings.temperature) };
    },
  });
  return floats(outputs['losses'], 'losses').reduce((sum, value) => sum + value, 0) / count;
}

interface OnViews {
  readonly name: string;
  readonly images: ImageSource;
  readonly indices: readonly number[];
  readonly seed: number;
  readonly compute: (tensors: NamedTensors, seen: Tensor, other: Tensor) => NamedTensors;
}

async function onViews(
  environment: Environment,
  settings: MocoSettings,
  parameters: ParameterData,
  { name, images, indices, seed, compute }: OnViews,
): Promise<HostTensors> {
  const { network, projection, temperature } = settings;
  const specs = mocoParameters(settings).map((spec): InputSpec => ({
    name: spec.name,
    shape: spec.shape,
    type: 'float32',
  }));
  const views = viewsInput(indices.length, images.shape);
  const description = JSON.stringify({ name, network, projection, temperature, views: views.shape });
  const bytes = await environment.graph(`moco ${description}`, () =>
    compile(
      trace((inputs) => compute(inputs, ...viewPair(get(inputs, VIEWS))), [...specs, views]),
      environment.device.scoringTarget,
    ),
  );
  const samples = await twoViews(images, settings.views).draw(
    indices,
    (purpose) => new RandomStream(seed, `${name} ${purpose}`),
  );
  const program = await environment.device.load(bytes);
  try {
    return await program.run({
      ...Object.fromEntries(
        specs.map((spec) => [spec.name, { data: dataOf(parameters, spec.name), shape: spec.shape }]),
      ),
      [VIEWS]: { data: samples, shape: views.shape },
    });
  } finally {
    await program.dispose();
  }
}
