import { describe, expect, it } from 'vitest';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { groupNormalisation } from '../../../models/networks/group-normalisation.ts';
import {
  type ResidualSettings,
  cellOf,
  dimensionsOf,
  initialResidual,
  residualNetwork,
  residualParameters,
} from '../../../models/networks/residual.ts';
import { TARGETS, compileAndRun, evaluate, expectClose, expectSame } from '../evaluate.ts';
import { LAYOUTS, inLayout } from '../flows/transforms.ts';
import { type Samples, floats, sample } from '../samples.ts';

function get(tensors: NamedTensors, name: string) {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no ${name}`);
  return tensor;
}

describe.each(LAYOUTS)('group normalisation (%s)', (layout) => {
  it('is that of its formula, in float64', async () => {
    const [batch, channels, area, groupChannels] = [2, 6, 12, 3];
    const x = floats([batch, channels, 3, 4], 1, -1, 5);
    const gain = floats([channels], 2);
    const bias = floats([channels], 3);
    const expected = Array.from(x.data, (value, at) => {
      const [image, channel] = [Math.floor(at / (channels * area)), Math.floor(at / area) % channels];
      const start = (image * channels + Math.floor(channel / groupChannels) * groupChannels) * area;
      const group = Array.from(x.data.slice(start, start + groupChannels * area));
      const mean = group.reduce((sum, one) => sum + one, 0) / group.length;
      const variance = group.reduce((sum, one) => sum + (one - mean) ** 2, 0) / group.length;
      const normal = (value - mean) / Math.sqrt(variance + 1e-5);
      return normal * (gain.data[channel] ?? 0) + (bias.data[channel] ?? 0);
    });
    const program = (tensors: NamedTensors) => ({
      y: groupNormalisation(
        get(tensors, 'x'),
        { gain: get(tensors, 'gain'), bias: get(tensors, 'bias') },
        groupChannels,
        layout,
      ),
    });
    const wanted = { y: inLayout(sample(expected, x.shape), layout) };
    for (const target of TARGETS) {
      const inputs = { x: inLayout(x, layout), gain, bias };
      expectSame(await compileAndRun(program, inputs, target), wanted, 1e-4);
    }
  });
});

const settings: ResidualSettings = {
  channels: 3,
  stemSqueezes: 1,
  widths: [8, 16, 16],
  blocksPerStage: 2,
  groupChannels: 4,
};

function weights(seed: number): Samples {
  const values = initialResidual(settings, seed);
  return Object.fromEntries(
    residualParameters(settings).map(({ name, shape }) => [
      name,
      { type: 'float32', shape, data: values[name] ?? new Float32Array() },
    ]),
  );
}

const network = (layout: (typeof LAYOUTS)[number]) => (tensors: NamedTensors) =>
  residualNetwork(settings, tensors, get(tensors, 'images'), layout);

describe('a residual network', () => {
  const images = floats([2, 3, 16, 24], 9, -1, 1);

  it('gives the same numbers in both layouts and on both targets', async () => {
    const inputs = { ...weights(1), images };
    const { grid, vector } = evaluate(network('channels-first'), inputs);
    expect(grid?.shape).toEqual([2, 16, 2, 3]);
    expect(vector?.shape).toEqual([2, 16]);
    expect([cellOf(settings), dimensionsOf(settings)]).toEqual([8, 16]);
    if (grid === undefined || vector === undefined) return;
    for (const target of TARGETS) {
      for (const layout of LAYOUTS) {
        expectSame(
          await compileAndRun(network(layout), inputs, target),
          { grid: inLayout(grid, layout), vector },
          1e-4,
        );
      }
    }
  });

  it('has the mean of its grid as its vector', () => {
    const { grid, vector } = evaluate(network('channels-first'), { ...weights(2), images });
    const cells = Array.from(grid?.data ?? []);
    const means = Array.from({ length: 32 }, (_, row) =>
      cells.slice(row * 6, row * 6 + 6).reduce((sum, value) => sum + value / 6, 0),
    );
    expectClose(vector?.data ?? [], means, 1e-5);
  });

  it('stays finite on constant images', () => {
    const black = sample(new Array<number>(2 * 3 * 16 * 24).fill(-1), [2, 3, 16, 24]);
    const { vector } = evaluate(network('channels-first'), { ...weights(3), images: black });
    expect(Array.from(vector?.data ?? []).every(Number.isFinite)).toBe(true);
  });

  it('starts the same from the same seed, and otherwise from another', () => {
    expect(initialResidual(settings, 4)).toEqual(initialResidual(settings, 4));
    expect(initialResidual(settings, 4)).not.toEqual(initialResidual(settings, 5));
  });
});
