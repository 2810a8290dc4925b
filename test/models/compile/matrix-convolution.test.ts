import { valueAndGrad, numpy as np } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { Tensor } from '../../../models/array.ts';
import { compileGraph } from '../../../models/compile/compile.ts';
import { trace } from '../../../models/compile/trace.ts';
import { type KernelOrder, type Layout, convolve } from '../../../models/flows/layout.ts';
import { TARGETS, compileAndRun, evaluate, expectSame } from '../evaluate.ts';
import { floats, specsOf } from '../samples.ts';
import { parity } from './cases/parity-case.ts';
import { opsOf } from './graphs.ts';

/** The convolution and its gradients with respect to images and kernel, weighted by the third input. */
function withGradients(
  name: string,
  f: (x: Tensor, kernel: Tensor) => Tensor,
  shapes: { image: number[]; kernel: number[]; output: number[] },
) {
  return parity(
    name,
    (x, kernel, weights) => {
      const loss = ([image, window]: Tensor[]): [Tensor, Tensor] => {
        if (image === undefined || window === undefined) throw new RangeError('two inputs');
        const y = f(image, window);
        return [np.sum(np.multiply(y.ref, weights)), y];
      };
      const [[, y], slopes] = valueAndGrad(loss, { hasAux: true })([x, kernel]);
      return [y, ...slopes];
    },
    [floats(shapes.image, 1), floats(shapes.kernel, 2), floats(shapes.output, 3)],
    5e-5,
  );
}

const sides = [
  [1, 1],
  [3, 3],
  [5, 5],
  [3, 5],
] as const;
const channels = [
  [2, 7],
  [7, 2],
  [3, 3],
  [1, 4],
] as const;
const images = [
  [1, 1],
  [2, 1],
  [4, 5],
  [3, 3],
  [9, 10],
] as const;

const all = images.flatMap(([height, width]) =>
  channels.flatMap(([from, to]) =>
    sides.map(([kernelHeight, kernelWidth]) =>
      withGradients(
        `${height}×${width} pixels, ${from} → ${to} channels, ${kernelHeight}×${kernelWidth}`,
        a.convolve,
        {
          image: [2, from, height, width],
          kernel: [to, from, kernelHeight, kernelWidth],
          output: [2, to, height, width],
        },
      ),
    ),
  ),
);

/** Windows whose pixel is not their middle, as causal convolutions have. */
const windows = [
  { kernel: [2, 3], above: 1, left: 1 },
  { kernel: [2, 2], above: 1, left: 1 },
  { kernel: [1, 2], above: 0, left: 1 },
  { kernel: [3, 3], above: 2, left: 0 },
] as const;

const uneven = [
  [4, 5],
  [9, 10],
].flatMap(([height = 1, width = 1]) =>
  channels.flatMap(([from, to]) =>
    windows.map(({ kernel, above, left }) =>
      withGradients(
        `${height}×${width} pixels, ${from} → ${to} channels, ${kernel.join('×')} reaching ${above} up and ${left} left`,
        (x, filters) => a.convolve(x, filters, { above, left }),
        { image: [2, from, height, width], kernel: [to, from, ...kernel], output: [2, to, height, width] },
      ),
    ),
  ),
);

describe('a convolution as a matrix product', () => {
  it.each([...all, ...uneven])(
    'equals the direct one and that of jax-js, with its gradients: $name',
    async (convolution) => {
      const { program, inputs, tolerance } = convolution;
      const expected = evaluate(program, inputs);
      for (const target of TARGETS) {
        expectSame(await compileAndRun(program, inputs, target), expected, tolerance);
      }
      const ops = opsOf(compileGraph(trace(program, specsOf(inputs)), 'cpu-training'));
      expect(ops).not.toContain('Conv');
    },
  );

  it.each([
    [[9, 10], [7, 2], true],
    [[9, 10], [2, 7], false],
    [[4, 5], [7, 2], false],
  ])(
    'adds products up image by image (Col2Im) only for many → few channels of large images: %j',
    (image, [from = 1, to = 1], expected) => {
      const traced = trace(
        ({ x, kernel }) => ({
          y: x === undefined || kernel === undefined ? a.zeros([]) : a.convolve(x, kernel),
        }),
        [
          { name: 'x', shape: [2, from, ...image], type: 'float32' },
          { name: 'kernel', shape: [to, from, 3, 3], type: 'float32' },
        ],
      );
      expect(opsOf(compileGraph(traced, 'cpu-training')).includes('Col2Im')).toBe(expected);
      expect(opsOf(compileGraph(traced, 'portable'))).toContain('Conv');
    },
  );

  const layouts: { order: KernelOrder; layout: Layout }[] = [
    { order: 'HWIO', layout: 'channels-first' },
    { order: 'HWIO', layout: 'channels-last' },
    { order: 'HWOI', layout: 'channels-first' },
    { order: 'HWOI', layout: 'channels-last' },
  ];

  it.each(layouts)('reads kernels $order and images $layout', async ({ order, layout }) => {
    const at = (count: number) => (layout === 'channels-first' ? [2, count, 8, 9] : [2, 8, 9, count]);
    for (const [from, to] of [
      [2, 6],
      [6, 2],
    ] as const) {
      const { program, inputs, tolerance } = withGradients(
        order,
        (x, kernel) => convolve(x, kernel, order, layout),
        {
          image: at(from),
          kernel: order === 'HWIO' ? [3, 3, from, to] : [3, 3, to, from],
          output: at(to),
        },
      );
      const expected = evaluate(program, inputs);
      for (const target of TARGETS) {
        expectSame(await compileAndRun(program, inputs, target), expected, tolerance);
      }
    }
  });
});
