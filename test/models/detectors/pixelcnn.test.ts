import { describe, expect, it } from 'vitest';
import { fitMethod, imageScores, scoreMethod } from '../../../bench/accuracy/fitted-method.ts';
import { sum, valueAndGradient } from '../../../models/array.ts';
import { compile } from '../../../models/compile/compile.ts';
import type { ParameterData } from '../../../models/detectors/detector.ts';
import type { FitData } from '../../../models/detectors/method.ts';
import { type PixelCnnFit, likelihoodOf, pixelcnn, scoredModel } from '../../../models/detectors/pixelcnn.ts';
import { logDensityMap } from '../../../models/detectors/pixelcnn/network.ts';
import {
  type PixelCnnNetwork,
  initialPixelCnnParameters,
  pixelCnnParameterSpecs,
} from '../../../models/detectors/pixelcnn/parameters.ts';
import { bitsPerDimension, scoringInput } from '../../../models/images.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { TARGETS, compileAndRun, evaluate, expectSame } from '../evaluate.ts';
import { LAYOUTS } from '../flows/transforms.ts';
import { runOnnx } from '../run-onnx.ts';
import { type Samples, chance, normals, sample } from '../samples.ts';
import { sourceOf } from '../training/gaussian-model.ts';

const colour: PixelCnnNetwork = { channels: 3, filters: 6, resolutions: 2, blocks: 1, mixtures: 3 };
const grey: PixelCnnNetwork = { channels: 1, filters: 5, resolutions: 3, blocks: 2, mixtures: 2 };
const flat: PixelCnnNetwork = { channels: 1, filters: 5, resolutions: 1, blocks: 2, mixtures: 2 };

/** As after some training: nothing is left at zero. */
function moved(network: PixelCnnNetwork): Samples {
  const initial = initialPixelCnnParameters(network, 3);
  const draw = normals(4);
  return Object.fromEntries(
    pixelCnnParameterSpecs(network).map(({ name, shape }) => [
      name,
      sample(
        Array.from(initial[name] ?? [], (value) => value + 0.15 * draw()),
        shape,
      ),
    ]),
  );
}

const SIDE = 8;
const noise = (channels: number, seed: number) => {
  const draw = chance(seed);
  return Uint8Array.from({ length: channels * SIDE * SIDE }, () => Math.floor(256 * draw()));
};

async function maps(network: PixelCnnNetwork, images: readonly Uint8Array[]): Promise<Float32Array[]> {
  const shape = { channels: network.channels, height: SIDE, width: SIDE };
  const size = network.channels * SIDE * SIDE;
  const { map0 } = await runOnnx(
    compile(scoredModel(network).traceScoring(images.length, shape), 'portable'),
    {
      ...moved(network),
      images: sample(Array.from(scoringInput(images, size)), [images.length, network.channels, SIDE, SIDE]),
    },
  );
  const data = Float32Array.from(map0?.data ?? []);
  return images.map((_, image) => data.slice(image * SIDE * SIDE, (image + 1) * SIDE * SIDE));
}

const networks: [string, PixelCnnNetwork][] = [
  ['colour, two resolutions', colour],
  ['grey, three resolutions', grey],
  ['grey, one resolution', flat],
];

describe.each(networks)('a PixelCNN++ (%s)', (_, network) => {
  const image = noise(network.channels, 1);

  it('does not change what it says of a pixel when a later one changes, and does for an earlier one', async () => {
    const pixels = Array.from({ length: SIDE * SIDE }, (__, pixel) => pixel);
    const changed = pixels.flatMap((pixel) =>
      Array.from({ length: network.channels }, (__, channel) => {
        const other = image.slice();
        const at = channel * SIDE * SIDE + pixel;
        other[at] = ((other[at] ?? 0) + 128) % 256;
        return other;
      }),
    );
    const [before, ...after] = await maps(network, [image, ...changed]);
    const influenced = new Set<number>();
    after.forEach((map, index) => {
      const pixel = Math.floor(index / network.channels);
      for (const place of pixels) {
        const difference = Math.abs((map[place] ?? 0) - (before?.[place] ?? 0));
        if (place < pixel) expect(difference, `pixel ${place} sees pixel ${pixel}`).toBe(0);
        else if (place > pixel && difference > 1e-6) influenced.add(pixel);
      }
    });
    // All but the last pixel, which has none after it.
    expect(influenced.size).toBe(SIDE * SIDE - 1);
  });

  it.each(LAYOUTS)('is trained on the likelihood that it scores with (%s)', async (layout) => {
    const shape = { channels: network.channels, height: SIDE, width: SIDE };
    const images = [image, noise(network.channels, 2)];
    const scored = await maps(network, images);
    const objective = likelihoodOf(network, 2, shape).objective(layout);
    const program = (tensors: Parameters<typeof objective.evaluate>[0]) => {
      const { images: batch } = tensors;
      if (batch === undefined) throw new RangeError('no images');
      const { loss, sampleLoss } = objective.evaluate(tensors, { images: batch });
      return { loss, sampleLoss };
    };
    const inputs: Samples = {
      ...moved(network),
      images: sample(Array.from(scoringInput(images, image.length)), [2, network.channels, SIDE, SIDE]),
    };
    const losses = scored.map((map) => -map.reduce((sum, value) => sum + value, 0));
    const expected: Samples = {
      loss: sample([losses.reduce((sum, value) => sum + value / 2, 0)], []),
      sampleLoss: sample(losses, [2]),
    };
    for (const target of TARGETS) expectSame(await compileAndRun(program, inputs, target), expected, 1e-4);
    expectSame(evaluate(program, inputs), expected, 1e-4);
  });
});

it('shares all probability of a grey pixel out among its 256 values, whatever came before', async () => {
  const image = noise(1, 7);
  for (const pixel of [0, 13, 63]) {
    const images = Array.from({ length: 256 }, (_, value) => {
      const other = image.slice();
      other[pixel] = value;
      return other;
    });
    // A density in units of x/256: 256 times the probability.
    const total = (await maps(grey, images)).reduce((sum, map) => sum + Math.exp(map[pixel] ?? 0) / 256, 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-4);
  }
});

it('has gradients on both targets that are those of jax-js', async () => {
  const names = pixelCnnParameterSpecs(colour).map(({ name }) => name);
  const inputs: Samples = {
    ...moved(colour),
    images: sample(Array.from(scoringInput([noise(3, 5)], 3 * SIDE * SIDE)), [1, 3, SIDE, SIDE]),
  };
  for (const layout of LAYOUTS) {
    const program = (tensors: Parameters<typeof logDensityMap>[1]) => {
      const { images } = tensors;
      if (images === undefined) throw new RangeError('no images');
      const { value, gradients } = valueAndGradient(
        (moving) => {
          const own = Object.fromEntries(names.map((name, at) => [name, moving[at] ?? images]));
          return [sum(logDensityMap(colour, own, images, layout)), []];
        },
        names.map((name) => tensors[name] ?? images),
      );
      return Object.fromEntries(names.map((name, at) => [`d ${name}`, gradients[at] ?? value]));
    };
    const expected = evaluate(program, inputs);
    for (const target of TARGETS) expectSame(await compileAndRun(program, inputs, target), expected, 2e-3);
  }
});

describe('the detector pixelcnn', () => {
  const shape = { channels: 1, height: SIDE, width: SIDE } as const;
  const settings: PixelCnnFit = {
    network: { ...flat, filters: 8, blocks: 1 },
    run: {
      ...pixelcnn.settings('tiny', shape).run,
      batchSize: 8,
      schedule: { peak: 1e-2, warmupSteps: 5, totalSteps: 150, decay: 'cosine' },
      averagingDecay: 0,
      evaluateEvery: 50,
    },
  };
  const draw = chance(11);
  // Columns alternate between two greys; each pixel is one of two neighbouring values at random: exactly 1 bit.
  const coins = Array.from({ length: 80 }, () =>
    Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % 2 === 0 ? 90 : 160) + Math.floor(2 * draw())),
  );
  const data: FitData = {
    normal: sourceOf(coins.slice(0, 64), shape),
    heldOut: sourceOf(coins.slice(64), shape),
    general: null,
    generalModel: null,
    exposure: null,
    encoder: null,
  };
  const fitted = async (): Promise<{
    environment: Awaited<ReturnType<typeof cpuEnvironment>>;
    parameters: ParameterData;
  }> => {
    const environment = await cpuEnvironment();
    const request = { environment, report: () => undefined };
    return { environment, parameters: await fitMethod(request, pixelcnn, data, settings, 1, 'test') };
  };

  it('learns images whose entropy is known, and finds others', async () => {
    const { environment, parameters } = await fitted();
    const images = [...coins.slice(64), noise(1, 1), new Uint8Array(SIDE * SIDE).fill(128)];
    const all = await imageScores(
      { environment },
      pixelcnn,
      settings,
      { parameters, generalModel: initialPixelCnnParameters(settings.network, 1), encoder: null },
      shape,
      images,
    );
    const likelihoods = all.map(({ scores }) => scores['likelihood'] ?? Number.NaN);
    const bits = likelihoods.map((value) => bitsPerDimension(-value, SIDE * SIDE));
    const [noisy = 0, constant = 0] = bits.slice(16);
    for (const own of bits.slice(0, 16)) {
      // No code is shorter than the entropy; the first pixels of a row know nothing of the columns.
      expect(own).toBeGreaterThan(0.99);
      expect(own).toBeLessThan(3);
      expect(noisy).toBeGreaterThan(own + 3);
      expect(constant).toBeGreaterThan(own + 1);
    }
    for (const { scores, maps: byName } of all) {
      expect(Object.keys(scores)).toEqual(['ratio', 'likelihood']);
      for (const [name, { values, cell }] of Object.entries(byName)) {
        expect(cell).toBe(1);
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(scores[name] ?? Number.NaN, 1);
      }
    }
  });

  it('gives one image the score that it has among others, and refuses sides that do not halve', async () => {
    const environment = await cpuEnvironment();
    const parameters = initialPixelCnnParameters(settings.network, 1);
    const score = (images: readonly Uint8Array[]) =>
      scoreMethod(
        { environment },
        pixelcnn,
        settings,
        { parameters, generalModel: null, encoder: null },
        shape,
        images,
      );
    const together = await score(coins.slice(0, 3));
    const alone = await score(coins.slice(2, 3));
    expect(alone['likelihood']?.[0]).toBeCloseTo(together['likelihood']?.[2] ?? 0, 2);
    const wide = { ...settings, network: { ...settings.network, resolutions: 5 } };
    expect(() => pixelcnn.prepare(environment, data, wide, 1)).toThrow('multiples of 16, not 8×8');
  });
});
