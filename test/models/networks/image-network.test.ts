import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import type { Layout } from '../../../models/flows/layout.ts';
import { batchMoments, normalise } from '../../../models/networks/batch-normalisation.ts';
import {
  type ImageNetworkSettings,
  imageNetwork,
  imageNetworkParameters,
  initialImageNetwork,
} from '../../../models/networks/image-network.ts';
import { leakyRelu } from '../../../models/networks/leaky-relu.ts';
import { maxPool } from '../../../models/networks/max-pool.ts';
import { TARGETS, compileAndRun, evaluate, expectClose, expectSame } from '../evaluate.ts';
import { LAYOUTS, inLayout } from '../flows/transforms.ts';
import { type Sample, floats, sample } from '../samples.ts';

function only(tensors: NamedTensors, name: string): a.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no input ${name}`);
  return tensor;
}

/** The largest of each 2×2 pixels of `[B, C, H, W]`, one by one. */
function pooled({ shape, data }: Sample): Sample {
  const [batch = 0, channels = 0, height = 0, width = 0] = shape;
  const at = (plane: number, y: number, x: number) => data[(plane * height + y) * width + x] ?? Number.NaN;
  const values: number[] = [];
  for (let plane = 0; plane < batch * channels; plane++)
    for (let y = 0; y < height; y += 2)
      for (let x = 0; x < width; x += 2)
        values.push(
          Math.max(at(plane, y, x), at(plane, y, x + 1), at(plane, y + 1, x), at(plane, y + 1, x + 1)),
        );
  return sample(values, [batch, channels, height / 2, width / 2]);
}

describe.each(LAYOUTS)('layers of image networks (%s)', (layout) => {
  const x = floats([3, 4, 6, 8], 1);

  it('pool the largest of 2×2 pixels', async () => {
    const program = (inputs: NamedTensors) => ({ y: maxPool(only(inputs, 'x'), layout) });
    const expected = { y: inLayout(pooled(x), layout) };
    for (const target of TARGETS)
      expectSame(await compileAndRun(program, { x: inLayout(x, layout) }, target), expected, 0);
    expect(() => evaluate(program, { x: floats([1, 2, 3, 4]) })).toThrow(RangeError);
  });

  it('normalise a batch to mean 0 and variance 1, or by given moments, then shift', async () => {
    const own = (inputs: NamedTensors) => {
      const images = only(inputs, 'x');
      const y = normalise(images, batchMoments(images, layout), null, layout);
      return { ...batchMoments(y, layout) };
    };
    const input = { x: inLayout(x, layout) };
    for (const target of TARGETS) {
      const { mean, variance } = await compileAndRun(own, input, target);
      expectClose(mean?.data ?? [], [0, 0, 0, 0], 1e-5);
      expectClose(variance?.data ?? [], [1, 1, 1, 1], 1e-3);
    }
    const given = (inputs: NamedTensors) => ({
      y: normalise(
        only(inputs, 'x'),
        { mean: only(inputs, 'mean'), variance: only(inputs, 'variance') },
        only(inputs, 'shift'),
        layout,
      ),
    });
    // (x − 1)/√(4 + 0.0001) + 3
    const ones = (value: number) => sample([value, value, value, value], [4]);
    const results = evaluate(given, { ...input, mean: ones(1), variance: ones(4), shift: ones(3) });
    const expected = Array.from(input.x.data, (value) => (value - 1) / Math.sqrt(4.0001) + 3);
    expectClose(results['y']?.data ?? [], expected, 1e-5);
  });

  it('give constant activations no scale, and no infinite one', () => {
    const constant = sample(
      new Array<number>(2 * 4 * 2 * 2).fill(7),
      layout === 'channels-first' ? [2, 4, 2, 2] : [2, 2, 2, 4],
    );
    const { y } = evaluate(
      (inputs) => ({
        y: normalise(only(inputs, 'x'), batchMoments(only(inputs, 'x'), layout), null, layout),
      }),
      { x: constant },
    );
    expectClose(y?.data ?? [], new Array<number>(32).fill(0), 1e-4);
  });
});

it('leaky ReLU keeps a hundredth of what is negative', () => {
  const { y } = evaluate((inputs) => ({ y: leakyRelu(only(inputs, 'x')) }), { x: sample([-2, 0, 3], [3]) });
  expectClose(y?.data ?? [], [-0.02, 0, 3], 1e-7);
});

const settings: ImageNetworkSettings = {
  channels: [4, 6, 8],
  hidden: 10,
  outputs: 5,
  biases: true,
  outputScale: 0.5,
};
const shape = { channels: 3, height: 16, width: 8 } as const;
const specs = imageNetworkParameters(settings, shape);
const parameters: Record<string, Sample> = Object.fromEntries(
  specs.map(({ name, shape: sides }, at) => [name, floats(sides, at + 1, -0.4, 0.4)]),
);
const images = floats([6, 3, 16, 8], 99, -0.5, 0.5);

/** φ of the images by batch statistics, and the gradient of Σ φ·weights. */
function withGradients(layout: Layout) {
  const weights = Array.from({ length: 6 * settings.outputs }, (_, index) => Math.sin(index + 1));
  return (inputs: NamedTensors): NamedTensors => {
    const { extra, gradients } = a.valueAndGradient(
      (moving) => {
        const named = Object.fromEntries(
          specs.map(({ name }, at) => [name, moving[at] ?? only(inputs, name)]),
        );
        const moments = (_: string, y: a.Tensor) => batchMoments(y, layout);
        const output = imageNetwork(settings, named, only(inputs, 'images'), moments, layout);
        const weighted = a.multiply(output, a.constant(Float32Array.from(weights), [6, settings.outputs]));
        return [a.sum(weighted), [output]];
      },
      specs.map(({ name }) => only(inputs, name)),
    );
    return {
      output: a.add(extra[0] ?? 0, a.zeros([1])),
      ...Object.fromEntries(specs.map(({ name }, at) => [`slope of ${name}`, gradients[at] ?? a.zeros([1])])),
    };
  };
}

describe('the image network', () => {
  it('gives the same output and gradients in either layout, on jax-js and compiled for either target', async () => {
    const inputs = { ...parameters, images };
    const expected = evaluate(withGradients('channels-first'), inputs);
    expect(expected['output']?.shape).toEqual([6, settings.outputs]);
    expectSame(evaluate(withGradients('channels-last'), inputs), expected, 1e-4);
    for (const layout of LAYOUTS)
      for (const target of TARGETS)
        expectSame(await compileAndRun(withGradients(layout), inputs, target), expected, 2e-4);
  });

  it('is the convolution, normalisation, leaky ReLU and pooling of the paper in this order', () => {
    const small: ImageNetworkSettings = { ...settings, channels: [4] };
    const named = Object.fromEntries(
      imageNetworkParameters(small, shape).map(({ name, shape: sides }, at) => [
        name,
        floats(sides, at + 50),
      ]),
    );
    const layout = 'channels-first';
    const moments = (_: string, y: a.Tensor) => batchMoments(y, layout);
    const { short, long } = evaluate(
      (inputs) => {
        const y = a.convolve(
          only(inputs, 'images'),
          a.transpose(only(inputs, 'convolution0/kernel'), [3, 2, 0, 1]),
        );
        const shift = only(inputs, 'convolution0/shift');
        const map = maxPool(leakyRelu(normalise(y, batchMoments(y, layout), shift, layout)), layout);
        const flat = a.reshape(a.transpose(map, [0, 2, 3, 1]), [6, -1]);
        const hidden = a.matmul(flat, only(inputs, 'hidden/weights'));
        const active = leakyRelu(
          normalise(hidden, batchMoments(hidden, layout), only(inputs, 'hidden/shift'), layout),
        );
        return {
          short: imageNetwork(small, inputs, only(inputs, 'images'), moments, layout),
          long: a.matmul(active, only(inputs, 'output/weights')),
        };
      },
      { ...named, images },
    );
    expectClose(short?.data ?? [], long?.data ?? [0], 1e-4);
  });

  it('has no bias where a hypersphere could collapse', () => {
    const names = imageNetworkParameters({ ...settings, biases: false }, shape).map(({ name }) => name);
    expect(names.filter((name) => /shift|bias/.test(name))).toEqual([]);
    expect(specs.filter(({ name }) => name.endsWith('/shift'))).toHaveLength(4);
  });

  it('begins with outputs of the scale that is asked for', () => {
    const wide = { ...settings, channels: [16, 16, 16], hidden: 256, outputs: 64 };
    const initial = initialImageNetwork(wide, shape, 1);
    const named = Object.fromEntries(
      imageNetworkParameters(wide, shape).map(({ name, shape: sides }) => [
        name,
        sample(Array.from(initial[name] ?? []), sides),
      ]),
    );
    const moments = (_: string, y: a.Tensor) => batchMoments(y, 'channels-first');
    const { output } = evaluate(
      (inputs) => ({ output: imageNetwork(wide, inputs, only(inputs, 'images'), moments, 'channels-first') }),
      { ...named, images },
    );
    const values = Array.from(output?.data ?? []);
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.sqrt(square)).toBeGreaterThan(0.8 * wide.outputScale);
    expect(Math.sqrt(square)).toBeLessThan(1.25 * wide.outputScale);
    expect(initialImageNetwork(wide, shape, 1)).toEqual(initial);
    expect(initialImageNetwork(wide, shape, 2)).not.toEqual(initial);
  });

  it('says which sides it takes', () => {
    expect(() => imageNetworkParameters(settings, { ...shape, width: 12 })).toThrow(/multiples of 8/);
    expect(() => imageNetworkParameters(settings, { channels: 1, height: 24, width: 40 })).not.toThrow();
  });
});
