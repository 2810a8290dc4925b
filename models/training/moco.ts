/**
 * Momentum contrast (He et al. 2020; its version 2, Chen et al. 2020): an encoder learns to tell which two views come from one image.
 * The keys come from the moving average of the encoder that is trained; a queue keeps those of earlier batches as what to tell from.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { compile } from '../compile/compile.ts';
import { type InputSpec, trace } from '../compile/trace.ts';
import {
  type NamedTensors,
  type ParameterData,
  type ParameterSpec,
  type Trainable,
  averageOf,
} from '../detectors/detector.ts';
import type { PreparedFit } from '../detectors/method.ts';
import { dataOf, floats } from '../detectors/shared/named-data.ts';
import type { Environment } from '../device.ts';
import type { Layout } from '../flows/layout.ts';
import type { ImageShape, ImageSource } from '../images.ts';
import { infoNce, infoNceWithin, unitRows } from '../losses/info-nce.ts';
import { dimensionsOf, initialResidual, residualNetwork, residualParameters } from '../networks/residual.ts';
import { RandomStream } from '../random.ts';
import { twoViews } from '../views.ts';
import type { MocoSettings } from './moco-settings.ts';

/** The step's input: `[B, 2, C, H, W]`. */
const VIEWS = 'views';
const QUEUE = 'queue';

/** Pre-training on images of any kind, ready to begin. @throws {RangeError} where there are fewer than two held-out images */
export function prepareMoco(
  environment: Environment,
  data: { readonly images: ImageSource; readonly heldOut: ImageSource },
  settings: MocoSettings,
  seed: number,
): PreparedFit {
  return {
    trainable: mocoTrainable(settings, data.images.shape),
    inputs: [{ name: VIEWS, samples: twoViews(data.images, settings.views), size: settings.batchSize }],
    initial: initialMoco(settings, seed),
    run: settings.run,
    measure: (parameters) => heldOutLoss(environment, data.heldOut, settings, parameters, seed),
    finish: (parameters) => Promise.resolve(parameters),
  };
}

export function mocoTrainable(settings: MocoSettings, shape: ImageShape): Trainable {
  const { batchSize, queue, projection, temperature } = settings;
  if (queue < batchSize)
    throw new RangeError(`a queue of ${queue} keys does not hold a batch of ${batchSize}`);
  const parameters = mocoParameters(settings);
  return {
    description: `moco ${tracedSettings(settings)} ${batchSize} ${JSON.stringify(shape)}`,
    parameters,
    carried: [{ name: QUEUE, shape: [queue, projection] }],
    objective: (layout) => ({
      inputs: [viewsInput(batchSize, shape)],
      evaluate(tensors, batch) {
        const [seen, other] = viewPair(get(batch, VIEWS));
        const averages = Object.fromEntries(
          parameters.map(({ name }) => [name, get(tensors, averageOf(name))]),
        );
        const queries = projected(settings, tensors, seen, layout);
        const keys = projected(settings, averages, other, layout);
        const known = get(batch, QUEUE);
        const sampleLoss = infoNce(queries, keys, known, temperature);
        const [kept] = queue === batchSize ? [] : a.split(known, [queue - batchSize, batchSize], 0);
        return {
          loss: a.mean(sampleLoss),
          sampleLoss,
          carried: { [QUEUE]: kept === undefined ? keys : a.concat([keys, kept], 0) },
        };
      },
    }),
  };
}

/** The encoder's, and of the two layers that training alone compares keys through. */
export function mocoParameters({ network, projection }: MocoSettings): ParameterSpec[] {
  const width = dimensionsOf(network);
  return [
    ...residualParameters(network),
    { name: 'head.hidden', shape: [width, width] },
    { name: 'head.hiddenBias', shape: [width] },
    { name: 'head.output', shape: [width, projection] },
    { name: 'head.outputBias', shape: [projection] },
  ].map((spec) => ({ ...spec, trained: true }));
}

/** Random weights, and a queue of random unit vectors. */
export function initialMoco(settings: MocoSettings, seed: number): ParameterData {
  const { network, projection, queue } = settings;
  const width = dimensionsOf(network);
  const random = new RandomStream(seed, 'projection');
  const layer = (outputs: number) =>
    Float32Array.from({ length: width * outputs }, () => Math.sqrt(2 / width) * random.normal());
  const hidden = layer(width);
  const output = layer(projection);
  const keys = new Float32Array(queue * projection);
  for (let key = 0; key < queue; key++) {
    const direction = Array.from({ length: projection }, () => random.normal());
    const length = Math.hypot(...direction);
    keys.set(
      direction.map((value) => value / length),
      key * projection,
    );
  }
  return {
    ...initialResidual(network, seed),
    'head.hidden': hidden,
    'head.hiddenBias': new Float32Array(width),
    'head.output': output,
    'head.outputBias': new Float32Array(projection),
    [QUEUE]: keys,
  };
}

/** Unit vectors `[B, P]`, in which views are compared. */
function projected(settings: MocoSettings, tensors: NamedTensors, images: Tensor, layout: Layout): Tensor {
  const { vector } = residualNetwork(settings.network, tensors, images, layout);
  const linear = (x: Tensor, layer: string) =>
    a.add(a.matmul(x, get(tensors, layer)), get(tensors, `${layer}Bias`));
  return unitRows(linear(a.relu(linear(vector, 'head.hidden')), 'head.output'));
}

/** Held-out images that are told from each other: more make it no clearer which weights are better. */
const MOST_HELD_OUT = 256;

/** Mean InfoNCE of held-out images' views among each other; the same views at each measurement. */
async function heldOutLoss(
  environment: Environment,
  heldOut: ImageSource,
  settings: MocoSettings,
  parameters: ParameterData,
  seed: number,
): Promise<number> {
  const count = Math.min(MOST_HELD_OUT, heldOut.count);
  if (count < 2) throw new RangeError('what an image is told from is another: hold out two or more');
  const specs = mocoParameters(settings).map(({ name, shape }): InputSpec => ({
    name,
    shape,
    type: 'float32',
  }));
  const views = viewsInput(count, heldOut.shape);
  const bytes = await environment.graph(
    `moco held out ${tracedSettings(settings)} ${JSON.stringify(views)}`,
    () =>
      compile(
        trace(
          (inputs) => {
            const [seen, other] = viewPair(get(inputs, VIEWS));
            const unit = (images: Tensor) => projected(settings, inputs, images, 'channels-first');
            return { sampleLoss: infoNceWithin(unit(seen), unit(other), settings.temperature) };
          },
          [...specs, views],
        ),
        environment.device.scoringTarget,
      ),
  );
  const indices = Array.from({ length: count }, (_index, at) => at);
  const samples = await twoViews(heldOut, settings.views).draw(
    indices,
    (purpose) => new RandomStream(seed, `held out ${purpose}`),
  );
  const program = await environment.device.load(bytes);
  try {
    const outputs = await program.run({
      ...Object.fromEntries(
        specs.map(({ name, shape }) => [name, { data: dataOf(parameters, name), shape }]),
      ),
      [VIEWS]: { data: samples, shape: views.shape },
    });
    return floats(outputs['sampleLoss'], 'sampleLoss').reduce((sum, value) => sum + value, 0) / count;
  } finally {
    await program.dispose();
  }
}

/** What graphs depend on, as text. */
function tracedSettings({ network, projection, temperature, queue }: MocoSettings): string {
  return JSON.stringify({ network, projection, temperature, queue });
}

function viewsInput(batch: number, { channels, height, width }: ImageShape): InputSpec {
  return { name: VIEWS, shape: [batch, 2, channels, height, width], type: 'float32' };
}

/** `[B, 2, C, H, W]` → two of `[B, C, H, W]`. */
function viewPair(views: Tensor): [Tensor, Tensor] {
  const [batch = 1, , ...image] = views.shape;
  const [first, second] = a.split(views, [1, 1], 1);
  if (first === undefined || second === undefined) throw new RangeError('two views of each image');
  return [a.reshape(first, [batch, ...image]), a.reshape(second, [batch, ...image])];
}

function get(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}
