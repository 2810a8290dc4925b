import { jacrev } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { Tensor } from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { actnorm } from '../../../models/flows/actnorm.ts';
import { chain } from '../../../models/flows/chain.ts';
import { channelMixes } from '../../../models/flows/channel-mix.ts';
import { composeWeight, invertibleConv } from '../../../models/flows/invertible-conv.ts';
import { type Layout, sizeOf } from '../../../models/flows/layout.ts';
import { squeeze } from '../../../models/flows/squeeze.ts';
import type { Transform } from '../../../models/flows/transform.ts';
import {
  TARGETS,
  compileAndRun,
  evaluate,
  expectClose,
  expectSame,
  sampleOf,
  tensorOf,
} from '../evaluate.ts';
import { type Sample, floats, sample } from '../samples.ts';
import {
  LAYOUTS,
  gaussian,
  inLayout,
  laws,
  logAbsDet,
  randomActnorm,
  randomLuParameters,
  randomStep,
} from './transforms.ts';

function only(tensors: NamedTensors): Tensor {
  const [tensor] = Object.values(tensors);
  if (tensor === undefined) throw new RangeError('no input');
  return tensor;
}

/** log |det ∂y/∂x| of each sample: the transform's log-det summed over the pixels of y. */
function logDets(
  transform: Pick<Transform, 'forward'>,
  x: Tensor,
  layout: Layout,
): { y: Tensor; logDet: Tensor } {
  const { y, logDet } = transform.forward(x);
  const { batch, height, width } = sizeOf(y, layout);
  return { y, logDet: a.sum(a.broadcastTo(logDet, [batch, height, width]), [1, 2]) };
}

describe.each(LAYOUTS)('in the layout %s', (layout) => {
  describe.each(laws)('$name', ({ shape, make }) => {
    const x = inLayout(gaussian(shape, 9), layout);

    it('is undone by its inverse', async () => {
      const there = (tensors: NamedTensors) => ({
        back: make(layout).inverse(make(layout).forward(only(tensors)).y),
      });
      const again = (tensors: NamedTensors) => ({
        back: make(layout).forward(make(layout).inverse(only(tensors))).y,
      });
      const y = inLayout(gaussian(evaluateShape(make(layout), x), 10), 'channels-first');
      expectSame(evaluate(there, { x }), { back: x }, 1e-4);
      expectSame(evaluate(again, { y }), { back: y }, 1e-4);
      for (const target of TARGETS) {
        expectSame(await compileAndRun(there, { x }, target), { back: x }, 1e-4);
        expectSame(await compileAndRun(again, { y }, target), { back: y }, 1e-4);
      }
    });

    it('has the log-det of its Jacobian', () => {
      const { logDet } = evaluate((tensors) => logDets(make(layout), only(tensors), layout), { x });
      const [batch = 1, ...rest] = x.shape;
      const side = rest.reduce((product, count) => product * count, 1);
      const transform = make(layout);
      for (let member = 0; member < batch; member++) {
        const one = x.data.slice(member * side, (member + 1) * side);
        const flat = (values: Tensor) =>
          a.reshape(transform.forward(a.reshape(values, [1, ...rest])).y, [side]);
        const jacobian = sampleOf(jacrev(flat)(tensorOf(sample(Array.from(one), [side]))));
        expectClose([logDet?.data[member] ?? Number.NaN], [logAbsDet(jacobian.data, side)], 1e-4);
      }
    });

    it('gives the other layout the same numbers', () => {
      const first = evaluate((t) => logDets(make('channels-first'), only(t), 'channels-first'), {
        x: gaussian(shape, 9),
      });
      const here = evaluate((t) => logDets(make(layout), only(t), layout), { x });
      if (first['y'] === undefined || first['logDet'] === undefined) throw new RangeError('two outputs');
      expectSame(here, { y: inLayout(first['y'], layout), logDet: first['logDet'] }, 1e-5);
    });
  });

  it('a chain adds log-dets up', () => {
    const x = inLayout(gaussian([2, 4, 2, 3], 3), layout);
    const steps = randomStep(4, 50, layout);
    const whole = evaluate((t) => logDets(chain(steps), only(t), layout), { x });
    const parts = evaluate(
      (tensors) => {
        let y = only(tensors);
        let logDet = a.zeros([]);
        for (const step of steps) {
          const result = logDets(step, y, layout);
          y = result.y;
          logDet = a.add(logDet, result.logDet);
        }
        return { y, logDet };
      },
      { x },
    );
    expectSame(whole, parts, 1e-5);
  });

  it('channel mixes are actnorm, then an invertible convolution', async () => {
    const [steps, channels] = [3, 4];
    const x = inLayout(gaussian([2, channels, 2, 3], 4), layout);
    const lu = randomLuParameters([steps], channels, 30);
    const stacked = {
      bias: tensorOf(floats([steps, channels], 31)),
      logs: tensorOf(floats([steps, channels], 32)),
    };
    const folded = (tensors: NamedTensors) =>
      Object.fromEntries(
        channelMixes({ actnorm: stacked, lu }, layout).flatMap((mix, step) => {
          const { y, logDet } = logDets(mix, only(tensors), layout);
          return [
            [`y${step}`, y],
            [`logDet${step}`, logDet],
          ];
        }),
      );
    const member = (stack: Tensor, step: number, shape: number[]) => {
      const parts = a.split(stack, [1, 1, 1], 0);
      return a.reshape(parts[step] ?? stack, shape);
    };
    const separate = (tensors: NamedTensors) =>
      Object.fromEntries(
        [0, 1, 2].flatMap((step) => {
          const weight = member(composeWeight(lu), step, [channels, channels]);
          const flow = chain([
            actnorm(
              { bias: member(stacked.bias, step, [channels]), logs: member(stacked.logs, step, [channels]) },
              layout,
            ),
            invertibleConv(
              { weight, inverse: weight, logDet: a.sum(member(lu.logDiagonal, step, [channels])) },
              layout,
            ),
          ]);
          const { y, logDet } = logDets(flow, only(tensors), layout);
          return [
            [`y${step}`, y],
            [`logDet${step}`, logDet],
          ];
        }),
      );
    const expected = evaluate(separate, { x });
    expectSame(evaluate(folded, { x }), expected, 1e-5);
    for (const target of TARGETS) expectSame(await compileAndRun(folded, { x }, target), expected, 1e-5);
  });

  it('actnorm is an affine map of each channel', () => {
    const x = gaussian([2, 3, 2, 2], 5);
    const { bias, logs } = randomActnorm(3, 6);
    const [b, l] = [sampleOf(bias).data, sampleOf(logs).data];
    const expected = Array.from(x.data, (value, at) => {
      const channel = Math.floor(at / 4) % 3;
      return value * Math.exp(l[channel] ?? 0) + (b[channel] ?? 0);
    });
    const { y } = evaluate((t) => ({ y: actnorm({ bias, logs }, layout).forward(only(t)).y }), {
      x: inLayout(x, layout),
    });
    expect(y?.shape).toEqual(inLayout(x, layout).shape);
    expectClose(y?.data ?? [], inLayout(sample(expected, x.shape), layout).data, 1e-5);
  });

  it('the squeeze puts block position (i, j) of channel c into channel 4c + 2i + j', () => {
    const [batch, channels, height, width] = [2, 3, 4, 6] as const;
    const x = sample(
      Array.from({ length: batch * channels * height * width }, (_, index) => index),
      [batch, channels, height, width],
    );
    const expected = new Array<number>(x.data.length);
    x.data.forEach((value, index) => {
      const w = index % width;
      const h = Math.floor(index / width) % height;
      const c = Math.floor(index / (width * height)) % channels;
      const b = Math.floor(index / (width * height * channels));
      const to = 4 * c + 2 * (h % 2) + (w % 2);
      const row = (b * channels * 4 + to) * (height / 2) + Math.floor(h / 2);
      expected[row * (width / 2) + Math.floor(w / 2)] = value;
    });
    const { y } = evaluate((t) => ({ y: squeeze(layout).forward(only(t)).y }), { x: inLayout(x, layout) });
    expect(y).toEqual(inLayout(sample(expected, [batch, channels * 4, height / 2, width / 2]), layout));
  });

  it.each([
    [3, 4],
    [4, 5],
  ])('the squeeze refuses a map of %i×%i pixels', (height, width) => {
    const x = inLayout(floats([1, 2, height, width]), layout);
    expect(() => squeeze(layout).forward(tensorOf(x))).toThrow(RangeError);
  });
});

function evaluateShape(transform: Transform, x: Sample): readonly number[] {
  return evaluate((t) => ({ y: transform.forward(only(t)).y }), { x })['y']?.shape ?? [];
}

describe('the weight of an invertible convolution', () => {
  it('is P·L·(U + diag(s)), and its log-det the sum of log |s|', () => {
    const [steps, side] = [2, 5];
    const lu = randomLuParameters([steps], side, 40);
    const { weight } = evaluate(() => ({ weight: composeWeight(lu) }), {});
    const part = (tensor: Tensor) => sampleOf(tensor).data;
    const [p, sign, lower, upper, log] = [lu.permutation, lu.sign, lu.lower, lu.upper, lu.logDiagonal].map(
      part,
    );
    for (let step = 0; step < steps; step++) {
      const at = (matrix: ArrayLike<number> | undefined, row: number, column: number) =>
        matrix?.[(step * side + row) * side + column] ?? Number.NaN;
      const l = (row: number, k: number) => (row === k ? 1 : row > k ? at(lower, row, k) : 0);
      const s = (k: number) =>
        (sign?.[step * side + k] ?? Number.NaN) * Math.exp(log?.[step * side + k] ?? 0);
      const u = (k: number, column: number) => (k === column ? s(k) : column > k ? at(upper, k, column) : 0);
      const entries = Array.from({ length: side * side }, (_, entry) => {
        let sum = 0;
        for (let i = 0; i < side; i++)
          for (let j = 0; j < side; j++)
            sum += at(p, Math.floor(entry / side), i) * l(i, j) * u(j, entry % side);
        return sum;
      });
      const found = weight?.data.slice(step * side * side, (step + 1) * side * side) ?? [];
      expectClose(found, entries, 1e-5);
      const sumOfLogs = Array.from({ length: side }, (_, k) => log?.[step * side + k] ?? 0).reduce(
        (x, y) => x + y,
      );
      expectClose([logAbsDet(found, side)], [sumOfLogs], 1e-5);
    }
  });
});

describe('a flow of two dimensions', () => {
  it.each(LAYOUTS)('has a density that integrates to 1 (%s)', async (layout) => {
    const steps = [1, 2, 3].flatMap((seed) => randomStep(2, seed * 300, layout));
    const flow = chain(steps);
    const points = (list: readonly (readonly [number, number])[]) =>
      inLayout(sample(list.flat(), [list.length, 2, 1, 1]), layout);

    // The image of a circle bounds the image of its inside: beyond radius 6 lies e^−18 of a normal density.
    const circle = Array.from({ length: 720 }, (_, at): [number, number] => [
      6 * Math.cos((at * Math.PI) / 360),
      6 * Math.sin((at * Math.PI) / 360),
    ]);
    const { x } = evaluate((t) => ({ x: flow.inverse(only(t)) }), { z: points(circle) });
    const edge = (axis: number, pick: (...values: number[]) => number) =>
      pick(...Array.from(x?.data ?? []).filter((_, index) => index % 2 === axis));
    const [left, right, bottom, top] = [
      edge(0, Math.min),
      edge(0, Math.max),
      edge(1, Math.min),
      edge(1, Math.max),
    ];
    const side = 300;
    const [dx, dy] = [(right - left) / side, (top - bottom) / side];
    const grid = Array.from({ length: side * side }, (_, at): [number, number] => [
      left + ((at % side) + 0.5) * dx,
      bottom + (Math.floor(at / side) + 0.5) * dy,
    ]);

    const density = (tensors: NamedTensors) => {
      const { y, logDet } = logDets(flow, only(tensors), layout);
      const squares = a.sum(a.square(y), [1, 2, 3]);
      return { p: a.exp(a.add(a.multiply(squares, -0.5), a.subtract(logDet, Math.log(2 * Math.PI)))) };
    };
    for (const target of TARGETS) {
      const { p } = await compileAndRun(density, { x: points(grid) }, target);
      const total = Array.from(p?.data ?? []).reduce((sum, value) => sum + value, 0) * dx * dy;
      expect(Math.abs(total - 1)).toBeLessThan(0.01);
    }
  });
});
