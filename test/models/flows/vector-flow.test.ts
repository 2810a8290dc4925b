import { jacrev } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { Tensor } from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { UNIT_SCALE, allInOne } from '../../../models/flows/all-in-one.ts';
import {
  type VectorFlowSettings,
  initialVectorFlow,
  logDensity,
  vectorFlow,
  vectorFlowSpecs,
} from '../../../models/flows/vector-flow.ts';
import {
  TARGETS,
  compileAndRun,
  evaluate,
  expectClose,
  expectSame,
  sampleOf,
  tensorOf,
} from '../evaluate.ts';
import { sample } from '../samples.ts';
import { gaussian, logAbsDet } from './transforms.ts';

const settingsOf = (dimensions: number): VectorFlowSettings => ({ dimensions, blocks: 3, hidden: 5 });

function input(dimensions: number) {
  return {
    mean: Float32Array.from({ length: dimensions }, (_, at) => at / 2 - 1),
    deviation: Float32Array.from({ length: dimensions }, (_, at) => 0.5 + at / 4),
  };
}

/** Every trained parameter moved from where it starts, so that couplings do something. */
function moved(settings: VectorFlowSettings, size = 0.8): Record<string, Tensor> {
  const initial = initialVectorFlow(settings, input(settings.dimensions), 1);
  return Object.fromEntries(
    vectorFlowSpecs(settings).map(({ name, shape, trained }, at) => {
      const start = initial[name] ?? new Float32Array();
      const by = gaussian(shape, 100 + at, trained ? size : 0).data;
      return [
        name,
        tensorOf(
          sample(
            Array.from(start, (value, index) => value + (by[index] ?? 0)),
            shape,
          ),
        ),
      ];
    }),
  );
}

const x = (tensors: NamedTensors): Tensor => tensors['x'] ?? a.zeros([1]);

describe.each([2, 3, 6])('a flow of vectors of %i dimensions', (dimensions) => {
  const settings = settingsOf(dimensions);
  const flow = () => vectorFlow(settings, moved(settings));
  const points = gaussian([4, dimensions], 7);

  it('is undone by its inverse', async () => {
    const there = (tensors: NamedTensors) => ({ back: flow().inverse(flow().forward(x(tensors)).y) });
    const again = (tensors: NamedTensors) => ({ back: flow().forward(flow().inverse(x(tensors))).y });
    for (const program of [there, again]) {
      expectSame(evaluate(program, { x: points }), { back: points }, 1e-4);
      for (const target of TARGETS)
        expectSame(await compileAndRun(program, { x: points }, target), { back: points }, 1e-4);
    }
  });

  it('has the log-det of its Jacobian', async () => {
    const program = (tensors: NamedTensors) => ({ logDet: flow().forward(x(tensors)).logDet });
    const expected = [0, 1, 2, 3].map((row) => {
      const one = Array.from(points.data.slice(row * dimensions, (row + 1) * dimensions));
      const map = (values: Tensor) =>
        a.reshape(flow().forward(a.reshape(values, [1, dimensions])).y, [dimensions]);
      const jacobian = sampleOf(jacrev(map)(tensorOf(sample(one, [dimensions]))));
      return logAbsDet(jacobian.data, dimensions);
    });
    for (const target of TARGETS) {
      const { logDet } = await compileAndRun(program, { x: points }, target);
      expectClose(logDet?.data ?? [], expected, 1e-4);
    }
  });

  it('begins as a normal density with the mean and deviation of each dimension', () => {
    const { mean, deviation } = input(dimensions);
    const initial = initialVectorFlow(settings, { mean, deviation }, 3);
    const tensors = Object.fromEntries(
      vectorFlowSpecs(settings).map(({ name, shape }) => [
        name,
        tensorOf(sample(Array.from(initial[name] ?? []), shape)),
      ]),
    );
    const expected = [0, 1, 2, 3].map((row) =>
      Array.from({ length: dimensions }, (_, column) => {
        const [m = 0, d = 1] = [mean[column], deviation[column]];
        const value = points.data[row * dimensions + column] ?? Number.NaN;
        return -(((value - m) / d) ** 2) / 2 - Math.log(d) - Math.log(2 * Math.PI) / 2;
      }).reduce((sum, part) => sum + part, 0),
    );
    const { p } = evaluate((named) => ({ p: logDensity(settings, tensors, x(named)) }), { x: points });
    expectClose(p?.data ?? [], expected, 1e-5);
  });
});

describe('a flow of two dimensions', () => {
  it('has a density that integrates to 1', async () => {
    const settings = settingsOf(2);
    const flow = vectorFlow(settings, moved(settings));
    // The image of a circle bounds the image of its inside: beyond radius 6 lies e^−18 of a normal density.
    const circle = Array.from({ length: 720 }, (_, at) => [
      6 * Math.cos((at * Math.PI) / 360),
      6 * Math.sin((at * Math.PI) / 360),
    ]);
    const edge = evaluate((t) => ({ x: flow.inverse(x(t)) }), { x: sample(circle.flat(), [720, 2]) })['x'];
    const side = (axis: number) => {
      const values = Array.from(edge?.data ?? []).filter((_, index) => index % 2 === axis);
      return [Math.min(...values), Math.max(...values)] as const;
    };
    const [[left, right], [bottom, top]] = [side(0), side(1)];
    const cells = 400;
    const [dx, dy] = [(right - left) / cells, (top - bottom) / cells];
    const grid = Array.from({ length: cells * cells }, (_, at) => [
      left + ((at % cells) + 0.5) * dx,
      bottom + (Math.floor(at / cells) + 0.5) * dy,
    ]);
    for (const target of TARGETS) {
      const { p } = await compileAndRun(
        (t) => ({ p: a.exp(logDensity(settings, moved(settings), x(t))) }),
        { x: sample(grid.flat(), [cells * cells, 2]) },
        target,
      );
      const total = Array.from(p?.data ?? []).reduce((sum, value) => sum + value, 0) * dx * dy;
      expect(Math.abs(total - 1)).toBeLessThan(0.01);
    }
  });

  it('gives each dimension its turn', () => {
    const { permutation } = initialVectorFlow(settingsOf(2), input(2), 5);
    expect(Array.from(permutation ?? [])).toEqual([1, 0, 1, 0, 1, 0]);
  });
});

describe('a block', () => {
  const block = (raw: number, shift: number) =>
    allInOne((kept) => a.add(a.multiply(kept, 0), tensorOf(sample([raw, shift], [2]))), {
      scale: tensorOf(sample([UNIT_SCALE, Math.log(Math.exp(3) - 1)], [2])),
      offset: tensorOf(sample([0.25, -1], [2])),
      permutation: tensorOf(sample([1, 0], [2])),
    });

  it('clamps, shifts, scales, moves and permutes as written down', () => {
    const { y, logDet } = evaluate((t) => block(5, 4).forward(x(t)), { x: sample([0.5, 2], [1, 2]) });
    const logScale = 2 * Math.tanh(0.5);
    // softplus⁻¹(3) gives a gain of 3.
    expectClose(y?.data ?? [], [(2 * Math.exp(logScale) + 0.4) * 3 - 1, 0.5 + 0.25], 1e-5);
    expectClose(logDet?.data ?? [], [logScale + Math.log(3)], 1e-5);
  });

  it.each([1e4, -1e4])('never scales by more than e^±2, with a finite gradient (subnet %i)', (raw) => {
    const program = (tensors: NamedTensors) => {
      const { value, gradients } = a.valueAndGradient(
        ([moving]) => [a.sum(block(raw, 0).forward(moving ?? a.zeros([1, 2])).logDet), []],
        [x(tensors)],
      );
      return { value, slope: gradients[0] ?? value };
    };
    const { value, slope } = evaluate(program, { x: sample([0.5, 2], [1, 2]) });
    expectClose(value?.data ?? [], [2 * Math.sign(raw) + Math.log(3)], 1e-5);
    expectClose(slope?.data ?? [], [0, 0], 1e-5);
  });

  it('needs two dimensions', () => {
    expect(() => vectorFlowSpecs(settingsOf(1))).toThrow(/at least two dimensions, not 1/);
  });
});

describe('the initial weights', () => {
  it('are those of the seed, with every permutation a permutation', () => {
    const settings = { dimensions: 7, blocks: 4, hidden: 3 };
    const first = initialVectorFlow(settings, input(7), 1);
    expect(initialVectorFlow(settings, input(7), 1)).toEqual(first);
    const other = initialVectorFlow(settings, input(7), 2);
    expect(other['block0.first.weight']).not.toEqual(first['block0.first.weight']);
    for (let at = 0; at < 4; at++) {
      const order = Array.from(first['permutation']?.slice(at * 7, (at + 1) * 7) ?? []);
      expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
  });
});
