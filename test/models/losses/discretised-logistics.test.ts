import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import { discretisedLogistics, mixtureSize } from '../../../models/losses/discretised-logistics.ts';
import { TARGETS, compileAndRun, expectClose } from '../evaluate.ts';
import { LAYOUTS, inLayout } from '../flows/transforms.ts';
import { type Sample, floats, sample } from '../samples.ts';

const get = (tensors: Readonly<Record<string, a.Tensor>>, name: string): a.Tensor => {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no input ${name}`);
  return tensor;
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** P of one pixel in float64, from the paper's formula as it stands. @param outputs of this pixel, by part and component */
function probability(pixel: readonly number[], outputs: readonly (readonly number[])[]): number {
  const channels = pixel.length;
  const x = pixel.map((value) => value / 127.5 - 1);
  const [weights = []] = outputs;
  const total = weights.reduce((sum, weight) => sum + Math.exp(weight), 0);
  return weights.reduce((sum, weight, k) => {
    const part = (index: number) => outputs[index]?.[k] ?? Number.NaN;
    const coefficient = (index: number) => Math.tanh(part(1 + 2 * channels + index));
    const shares = x.map((value, channel) => {
      const dependence = [
        0,
        channel === 1 ? coefficient(0) * (x[0] ?? 0) : 0,
        channel === 2 ? coefficient(1) * (x[0] ?? 0) + coefficient(2) * (x[1] ?? 0) : 0,
      ];
      const mean = part(1 + channel) + (dependence[channel] ?? 0);
      const scale = Math.exp(Math.max(part(1 + channels + channel), -7));
      const upper = pixel[channel] === 255 ? 1 : sigmoid((value - mean + 1 / 255) / scale);
      const lower = pixel[channel] === 0 ? 0 : sigmoid((value - mean - 1 / 255) / scale);
      return upper - lower;
    });
    return sum + (Math.exp(weight) / total) * shares.reduce((product, share) => product * share, 1);
  }, 0);
}

const COMPONENTS = 3;

/** One row of pixels that all have the same distribution. */
function row(pixels: readonly (readonly number[])[], outputs: readonly (readonly number[])[]) {
  const channels = pixels[0]?.length ?? 1;
  const values = Array.from({ length: channels }, (_, channel) =>
    pixels.map((pixel) => (pixel[channel] ?? 0) / 127.5 - 1),
  ).flat();
  return {
    values: sample(values, [1, channels, 1, pixels.length]),
    outputs: sample(
      outputs.flat().flatMap((value) => pixels.map(() => value)),
      [1, outputs.flat().length, 1, pixels.length],
    ),
  };
}

async function logShares(
  inputs: { values: Sample; outputs: Sample },
  layout: (typeof LAYOUTS)[number],
  target: (typeof TARGETS)[number],
): Promise<ArrayLike<number>> {
  const { y } = await compileAndRun(
    (tensors) => ({
      y: discretisedLogistics(get(tensors, 'values'), get(tensors, 'outputs'), COMPONENTS, layout),
    }),
    { values: inLayout(inputs.values, layout), outputs: inLayout(inputs.outputs, layout) },
    target,
  );
  return y?.data ?? [];
}

function parts(channels: 1 | 3, seed: number, logScale: number): number[][] {
  const count = mixtureSize(channels, COMPONENTS) / COMPONENTS;
  return Array.from({ length: count }, (_, part) => {
    const drawn = Array.from(floats([COMPONENTS], seed + part, -0.8, 0.8).data);
    return part > channels && part <= 2 * channels ? drawn.map((value) => value + logScale) : drawn;
  });
}

const ALL = Array.from({ length: 256 }, (_, value) => value);
const COLOURS = [
  [0, 0, 0],
  [255, 255, 255],
  [0, 255, 128],
  [17, 200, 255],
  [128, 127, 126],
  [90, 0, 30],
];

describe.each(LAYOUTS)('the mixture of discretised logistics (%s)', (layout) => {
  it.each([-4.5, -2, 0.5])('is that of the formula for colours (log-scales about %d)', async (logScale) => {
    const outputs = parts(3, 5, logScale);
    // Where float32 still tells the tails apart.
    const expected = COLOURS.map((pixel) => Math.log(probability(pixel, outputs)));
    for (const target of TARGETS) {
      const found = Array.from(await logShares(row(COLOURS, outputs), layout, target));
      found.forEach((value, at) => {
        const reference = expected[at] ?? 0;
        if (reference > -30) expect(Math.abs(value - reference), `${COLOURS[at]?.join()}`).toBeLessThan(2e-3);
        else expect(Number.isFinite(value)).toBe(true);
      });
    }
  });

  it.each([-6.5, -5, -2, 0.5, 6, 12])(
    'shares all probability out among the 256 values of a grey pixel (log-scales about %d)',
    async (logScale) => {
      const outputs = parts(1, 9, logScale);
      for (const target of TARGETS) {
        const found = await logShares(
          row(
            ALL.map((value) => [value]),
            outputs,
          ),
          layout,
          target,
        );
        const total = Array.from(found).reduce((sum, value) => sum + Math.exp(value), 0);
        expect(Math.abs(total - 1)).toBeLessThan(1e-4);
      }
    },
  );

  it('shares what a red and a green value have out among the blue ones', async () => {
    const outputs = parts(3, 21, -2);
    const found = await logShares(
      row(
        ALL.map((blue) => [40, 180, blue]),
        outputs,
      ),
      layout,
      'portable',
    );
    const total = Array.from(found).reduce((sum, value) => sum + Math.exp(value), 0);
    const expected = ALL.reduce((sum, blue) => sum + probability([40, 180, blue], outputs), 0);
    expect(total / expected).toBeCloseTo(1, 3);
  });

  it('stays finite, and so does its gradient, where no component is near', async () => {
    const outputs = parts(1, 3, -9).map((part, index) => (index === 1 ? part.map(() => 30) : part));
    const inputs = row([[0], [1], [128], [255]], outputs);
    const { gradient } = await compileAndRun(
      (tensors) => {
        const { value, gradients } = a.valueAndGradient(
          ([moving]) => {
            const y = discretisedLogistics(get(tensors, 'values'), moving ?? a.zeros([]), COMPONENTS, layout);
            return [a.sum(y), []];
          },
          [get(tensors, 'outputs')],
        );
        return { value, gradient: gradients[0] ?? value };
      },
      { values: inLayout(inputs.values, layout), outputs: inLayout(inputs.outputs, layout) },
      'cpu-training',
    );
    expect(gradient?.data.every(Number.isFinite)).toBe(true);
  });

  it('has the gradient of central differences in float64', async () => {
    const outputs = parts(3, 30, -1.5);
    const pixels = [
      [0, 100, 255],
      [30, 31, 32],
    ];
    const inputs = row(pixels, outputs);
    const expected = outputs.flatMap((part, index) =>
      part.flatMap((_, k) =>
        pixels.map((pixel) => {
          const moved = (by: number) =>
            Math.log(
              probability(
                pixel,
                outputs.map((values, at) =>
                  values.map((value, component) => (at === index && component === k ? value + by : value)),
                ),
              ),
            );
          return (moved(1e-5) - moved(-1e-5)) / 2e-5;
        }),
      ),
    );
    const shape = inputs.outputs.shape;
    for (const target of TARGETS) {
      const { gradient } = await compileAndRun(
        (tensors) => {
          const { value, gradients } = a.valueAndGradient(
            ([moving]) => [
              a.sum(discretisedLogistics(get(tensors, 'values'), moving ?? a.zeros([]), COMPONENTS, layout)),
              [],
            ],
            [get(tensors, 'outputs')],
          );
          return { value, gradient: gradients[0] ?? value };
        },
        { values: inLayout(inputs.values, layout), outputs: inLayout(inputs.outputs, layout) },
        target,
      );
      expectClose(gradient?.data ?? [], inLayout(sample(expected, shape), layout).data, 2e-3);
    }
  });
});
