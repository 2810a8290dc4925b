import { compile } from '../../compile/compile.ts';
import { type LikelihoodModel, type ParameterData, initialised } from '../detector.ts';
import type { Environment } from '../../device.ts';
import { type ImageSource, elementsOf } from '../../images.ts';
import { RandomStream } from '../../random.ts';
import { dataOf, floats } from './named-data.ts';

/** Images that set the ActNorms: about eleven batches of 64 in the paper. */
const INITIALISATION_IMAGES = 704;

/** New parameters, with those that depend on data set from images drawn from the source. */
export async function initialisedParameters(
  environment: Environment,
  model: LikelihoodModel,
  seed: number,
  source: ImageSource,
): Promise<ParameterData> {
  const { shape } = source;
  const initial = model.initialParameters(seed);
  const count = INITIALISATION_IMAGES;
  const bytes = await environment.graph(
    `initialise ${model.description} ${count} ${JSON.stringify(shape)}`,
    () => compile(model.traceInitialisation(count, shape), environment.device.scoringTarget),
  );
  const random = new RandomStream(seed, 'initialisation');
  const order = random.permutation(source.count);
  const images = await source.read(
    Array.from({ length: count }, (_, slot) => order[slot % source.count] ?? 0),
  );
  const input = new Float32Array(count * elementsOf(shape));
  random.fillUniform16(input);
  images.forEach((image, slot) => {
    const offset = slot * image.length;
    image.forEach((pixel, element) => {
      input[offset + element] = (pixel + (input[offset + element] ?? 0)) / 256 - 0.5;
    });
  });
  const program = await environment.device.load(bytes);
  try {
    const outputs = await program.run({
      ...Object.fromEntries(
        model.parameters.map((spec) => [spec.name, { data: dataOf(initial, spec.name), shape: spec.shape }]),
      ),
      images: { data: input, shape: [count, shape.channels, shape.height, shape.width] },
    });
    const set = model.parameters.flatMap(({ name }) => {
      const value = outputs[initialised(name)];
      return value === undefined ? [] : [[name, floats(value, name)] as const];
    });
    return { ...initial, ...Object.fromEntries(set) };
  } finally {
    await program.dispose();
  }
}
