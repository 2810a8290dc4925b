import { describe, expect, it } from 'vitest';
import type { GraphBuilder } from '../../../../models/compile/builder.ts';
import type { Value } from '../../../../models/compile/graph.ts';
import {
  concat,
  elementwise,
  matmul,
  reduce,
  reshape,
  split,
  where,
} from '../../../../models/compile/ops.ts';
import { movementRules } from '../../../../models/compile/rules/movement.ts';
import {
  concatOfViews,
  elementwiseOfView,
  reduceOfView,
  rowRules,
  splitOfView,
} from '../../../../models/compile/rules/rows.ts';
import { bools, floats } from '../../samples.ts';
import { handMade, rewritten } from '../graphs.ts';

const IMAGE = [2, 3, 2, 4];
const rows = floats([12, 4], 1);
const otherRows = floats([12, 4], 2);

/** A graph over rows viewed as images and one more input. */
function viewed(
  more: ReturnType<typeof floats>,
  build: (b: GraphBuilder, image: Value, other: Value) => Value[],
) {
  return handMade([rows, more], (b, [x, y]) =>
    x === undefined || y === undefined ? [] : build(b, reshape(b, x, IMAGE), y),
  );
}

describe('elementwiseOfView', () => {
  it.each([
    ['a scalar', floats([], 3)],
    ['one value a channel', floats([4], 3)],
    ['one value a channel, with units', floats([1, 1, 1, 4], 3)],
    ['an image', floats(IMAGE, 3)],
  ])('works on the rows with %s', async (_, other) => {
    const graph = viewed(other, (b, image, y) => [elementwise(b, 'Add', [image, y])]);
    const { before, after } = await rewritten(graph, [elementwiseOfView]);
    expect(before).toEqual(['Reshape', 'Add']);
    expect(after.slice(-2)).toEqual(['Add', 'Reshape']);
  });

  it.each([
    ['one value a pixel', floats([2, 3, 2, 1], 3)],
    ['one value an image', floats([2, 1, 1, 1], 3)],
    ['one value a column', floats([2, 4], 3)],
  ])('leaves %s', async (_, other) => {
    const graph = viewed(other, (b, image, y) => [elementwise(b, 'Add', [image, y])]);
    expect((await rewritten(graph, [elementwiseOfView])).after).toEqual(['Reshape', 'Add']);
  });

  it('works on rows chosen between', async () => {
    const graph = handMade([bools([12, 4]), rows, otherRows], (b, [c, x, y]) =>
      c === undefined || x === undefined || y === undefined
        ? []
        : [where(b, reshape(b, c, IMAGE), reshape(b, x, IMAGE), reshape(b, y, IMAGE))],
    );
    expect((await rewritten(graph, [elementwiseOfView])).after).toContain('Where');
  });

  it('keeps values that a single element stands for', async () => {
    const graph = handMade([floats([1, 1], 1), floats([1, 1], 2), floats([1, 3], 3)], (b, [x, y, w]) => {
      if (x === undefined || y === undefined || w === undefined) return [];
      const sum = elementwise(b, 'Add', [reshape(b, x, [1, 1, 1, 1]), reshape(b, y, [1, 1, 1, 1])]);
      return [matmul(b, reshape(b, sum, [1, 1]), w)];
    });
    await rewritten(graph, [...movementRules, ...rowRules]);
  });
});

describe('concatOfViews', () => {
  it('joins the channels of rows', async () => {
    const graph = viewed(floats([2, 3, 2, 5], 3), (b, image, y) => [concat(b, [image, y], 3)]);
    const { after } = await rewritten(graph, [concatOfViews]);
    expect(after.slice(-2)).toEqual(['Concat', 'Reshape']);
  });

  it('leaves images joined along another axis', async () => {
    const graph = viewed(floats(IMAGE, 3), (b, image, y) => [concat(b, [image, y], 1)]);
    expect((await rewritten(graph, [concatOfViews])).after).toEqual(['Reshape', 'Concat']);
  });
});

describe('splitOfView', () => {
  it('cuts the channels of rows', async () => {
    const graph = viewed(floats([], 3), (b, image) => [...split(b, image, 3, [1, 3])]);
    const { after } = await rewritten(graph, [splitOfView]);
    expect(after).toEqual(['Split', 'Reshape', 'Reshape']);
  });

  it('leaves images cut along another axis', async () => {
    const graph = viewed(floats([], 3), (b, image) => [...split(b, image, 1, [1, 2])]);
    expect((await rewritten(graph, [splitOfView])).after).toEqual(['Reshape', 'Split']);
  });
});

describe('reduceOfView', () => {
  it.each([
    ['over all pixels', [0, 1, 2], ['ReduceSum']],
    ['over channels', [3], ['ReduceSum', 'Reshape']],
    ['over the pixels of each image', [1, 2], ['Reshape', 'ReduceSum']],
    ['over everything', [0, 1, 2, 3], ['Reshape', 'ReduceSum']],
  ])('sums rows %s', async (_, axes, ops) => {
    const graph = viewed(floats([], 3), (b, image) => [reduce(b, 'ReduceSum', image, axes)]);
    expect((await rewritten(graph, [reduceOfView])).after).toEqual(ops);
  });

  it('leaves other reductions', async () => {
    const graph = viewed(floats([], 3), (b, image) => [reduce(b, 'ReduceMax', image, [3])]);
    expect((await rewritten(graph, [reduceOfView])).after).toEqual(['Reshape', 'ReduceMax']);
  });
});

describe('views whose last axis is not that of the rows', () => {
  it('keep their values under all row rules', async () => {
    // [6, 8] seen as [2, 3, 2, 4]: channels of the view are not columns of the rows.
    const graph = handMade([floats([6, 8], 1), floats([4], 2)], (b, [x, y]) => {
      if (x === undefined || y === undefined) return [];
      const image = reshape(b, x, IMAGE);
      const scaled = elementwise(b, 'Mul', [image, y]);
      return [
        scaled,
        reduce(b, 'ReduceSum', image, [3]),
        ...split(b, image, 3, [2, 2]),
        concat(b, [image, scaled], 3),
        elementwise(b, 'Exp', [image]),
      ];
    });
    await rewritten(graph, rowRules);
  });
});
