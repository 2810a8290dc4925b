import { describe, expect, it } from 'vitest';
import type { GraphBuilder } from '../../../../models/compile/builder.ts';
import type { Value } from '../../../../models/compile/graph.ts';
import {
  positiveOfRelu,
  productOfReciprocal,
  reciprocalIsSigmoid,
  reluGradientIsProduct,
  sumOfNegative,
  whereIsAbs,
  whereIsRelu,
} from '../../../../models/compile/rules/algebra.ts';
import { elementwise, where } from '../../../../models/compile/ops.ts';
import { floats, sample } from '../../samples.ts';
import { type HandMade, handMade, rewritten } from '../graphs.ts';

const x0 = sample([-2, -0.5, 0, 0.5, 1, 3], [2, 3]);
const y0 = floats([2, 3], 2, 0.5, 3);

function ofTwo(build: (b: GraphBuilder, x: Value, y: Value) => Value | readonly Value[]): HandMade {
  return handMade([x0, y0], (b, [x, y]) => {
    if (x === undefined || y === undefined) return [];
    const built = build(b, x, y);
    return 'id' in built ? [built] : built;
  });
}

const unary = (b: GraphBuilder, op: string, x: Value) => elementwise(b, op, [x]);
const binary = (b: GraphBuilder, op: string, x: Value, y: Value) => elementwise(b, op, [x, y]);
const positive = (b: GraphBuilder, x: Value) => elementwise(b, 'Less', [b.scalar(0), x], 'bool');

describe('productOfReciprocal', () => {
  it.each([
    ['x · (1/y)', ofTwo((b, x, y) => binary(b, 'Mul', x, unary(b, 'Reciprocal', y)))],
    ['(1/y) · x', ofTwo((b, x, y) => binary(b, 'Mul', unary(b, 'Reciprocal', y), x))],
  ])('makes a quotient of %s', async (_, graph) => {
    expect(await rewritten(graph, [productOfReciprocal])).toEqual({
      before: ['Reciprocal', 'Mul'],
      after: ['Div'],
    });
  });
});

describe('sumOfNegative', () => {
  it.each([
    ['x + (−y)', ofTwo((b, x, y) => binary(b, 'Add', x, unary(b, 'Neg', y)))],
    ['(−y) + x', ofTwo((b, x, y) => binary(b, 'Add', unary(b, 'Neg', y), x))],
  ])('makes a difference of %s', async (_, graph) => {
    expect(await rewritten(graph, [sumOfNegative])).toEqual({ before: ['Neg', 'Add'], after: ['Sub'] });
  });
});

describe('whereIsRelu', () => {
  it('recognises where(0 < x, x, 0)', async () => {
    const graph = ofTwo((b, x) => where(b, positive(b, x), x, b.scalar(0)));
    expect(await rewritten(graph, [whereIsRelu])).toEqual({ before: ['Less', 'Where'], after: ['Relu'] });
  });

  it('recognises it together with positiveOfRelu', async () => {
    const graph = ofTwo((b, x) => where(b, positive(b, x), x, b.scalar(0)));
    expect((await rewritten(graph, [whereIsRelu, positiveOfRelu])).after).toEqual(['Relu']);
  });

  it.each([
    ['another value is compared', ofTwo((b, x, y) => where(b, positive(b, y), x, b.scalar(0)))],
    ['the other choice is not zero', ofTwo((b, x) => where(b, positive(b, x), x, b.scalar(1)))],
    ['the choices are swapped', ofTwo((b, x) => where(b, positive(b, x), b.scalar(0), x))],
  ])('leaves it where %s', async (_, graph) => {
    expect((await rewritten(graph, [whereIsRelu])).after).toEqual(['Less', 'Where']);
  });
});

describe('whereIsAbs', () => {
  const negative = (b: GraphBuilder, x: Value) => elementwise(b, 'Less', [x, b.scalar(0)], 'bool');

  it('recognises where(x < 0, −x, x)', async () => {
    const graph = ofTwo((b, x) => where(b, negative(b, x), unary(b, 'Neg', x), x));
    const { before, after } = await rewritten(graph, [whereIsAbs]);
    expect(before.sort()).toEqual(['Less', 'Neg', 'Where']);
    expect(after).toEqual(['Abs']);
  });

  it('leaves where(y < 0, −x, x)', async () => {
    const graph = ofTwo((b, x, y) => where(b, negative(b, y), unary(b, 'Neg', x), x));
    expect((await rewritten(graph, [whereIsAbs])).after).toContain('Where');
  });
});

describe('positiveOfRelu', () => {
  it('asks the output of relu instead of its input', async () => {
    const graph = ofTwo((b, x, y) => [unary(b, 'Relu', x), where(b, positive(b, x), y, b.scalar(0))]);
    expect((await rewritten(graph, [positiveOfRelu])).after).toEqual(['Relu', 'Less', 'Where']);
  });

  it('asks once', async () => {
    const graph = ofTwo((b, x) => positive(b, unary(b, 'Relu', x)));
    expect((await rewritten(graph, [positiveOfRelu])).after).toEqual(['Relu', 'Less']);
  });
});

describe('reciprocalIsSigmoid', () => {
  const ofSum = (sum: (b: GraphBuilder, exponential: Value) => Value) =>
    ofTwo((b, x) => unary(b, 'Reciprocal', sum(b, unary(b, 'Exp', unary(b, 'Neg', x)))));

  it.each([
    ['1 + e^−x', ofSum((b, e) => binary(b, 'Add', b.scalar(1), e))],
    ['e^−x + 1', ofSum((b, e) => binary(b, 'Add', e, b.scalar(1)))],
  ])('recognises 1 / (%s)', async (_, graph) => {
    expect((await rewritten(graph, [reciprocalIsSigmoid])).after).toEqual(['Sigmoid']);
  });

  it('leaves 1 / (2 + e^−x)', async () => {
    const graph = ofSum((b, e) => binary(b, 'Add', b.scalar(2), e));
    expect((await rewritten(graph, [reciprocalIsSigmoid])).after).toContain('Reciprocal');
  });
});

describe('reluGradientIsProduct', () => {
  it('multiplies by the mask of a relu', async () => {
    const graph = ofTwo((b, x, y) => where(b, positive(b, unary(b, 'Relu', x)), y, b.scalar(0)));
    expect(await rewritten(graph, [reluGradientIsProduct])).toEqual({
      before: ['Relu', 'Less', 'Where'],
      after: ['Relu', 'Less', 'Cast', 'Mul'],
    });
  });

  it('leaves choices that are not about a relu, such as the guard of a training step', async () => {
    const graph = ofTwo((b, x, y) => where(b, positive(b, x), y, b.scalar(0)));
    expect((await rewritten(graph, [reluGradientIsProduct])).after).toEqual(['Less', 'Where']);
  });
});
