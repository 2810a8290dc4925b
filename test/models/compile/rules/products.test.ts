import { describe, expect, it } from 'vitest';
import type { GraphBuilder } from '../../../../models/compile/builder.ts';
import type { Value } from '../../../../models/compile/graph.ts';
import { elementwise, matmul, reduce, transpose } from '../../../../models/compile/ops.ts';
import {
  columnSumIsProduct,
  productOfTranspose,
  productPlusBias,
  reluOfProduct,
  transposeOfProduct,
} from '../../../../models/compile/rules/products.ts';
import { type Sample, floats, ints } from '../../samples.ts';
import { type HandMade, handMade, rewritten } from '../graphs.ts';

function ofTwo(
  inputs: readonly [Sample, Sample, ...Sample[]],
  build: (b: GraphBuilder, x: Value, y: Value, z: Value) => Value,
): HandMade {
  return handMade(inputs, (b, [x, y, z]) =>
    x === undefined || y === undefined ? [] : [build(b, x, y, z ?? y)],
  );
}

const turned = (b: GraphBuilder, x: Value) => transpose(b, x, [1, 0]);

describe('productOfTranspose', () => {
  it.each([
    ['A·Bᵀ', ofTwo([floats([3, 5], 1), floats([4, 5], 2)], (b, x, y) => matmul(b, x, turned(b, y)))],
    ['Aᵀ·B', ofTwo([floats([5, 3], 1), floats([5, 4], 2)], (b, x, y) => matmul(b, turned(b, x), y))],
    [
      'Aᵀ·Bᵀ',
      ofTwo([floats([5, 3], 1), floats([4, 5], 2)], (b, x, y) => matmul(b, turned(b, x), turned(b, y))),
    ],
  ])('takes the transposes of %s along', async (_, graph) => {
    expect((await rewritten(graph, [productOfTranspose])).after).toEqual(['Gemm']);
  });

  it('leaves products of integers, which ONNX Runtime has no Gemm for', async () => {
    const graph = ofTwo([ints([3, 5], 1), ints([4, 5], 2)], (b, x, y) => matmul(b, x, turned(b, y)));
    expect((await rewritten(graph, [productOfTranspose])).after).toEqual(['Transpose', 'MatMul']);
  });

  it('leaves batches of products', async () => {
    const graph = ofTwo([floats([2, 3, 5], 1), floats([2, 4, 5], 2)], (b, x, y) =>
      matmul(b, x, transpose(b, y, [0, 2, 1])),
    );
    expect((await rewritten(graph, [productOfTranspose])).after).toEqual(['Transpose', 'MatMul']);
  });
});

describe('transposeOfProduct', () => {
  it('swaps the operands', async () => {
    const graph = ofTwo([floats([3, 5], 1), floats([5, 4], 2)], (b, x, y) => turned(b, matmul(b, x, y)));
    expect(await rewritten(graph, [transposeOfProduct])).toEqual({
      before: ['MatMul', 'Transpose'],
      after: ['Gemm'],
    });
  });

  it('swaps the operands of a product that took a transpose along', async () => {
    const graph = ofTwo([floats([5, 3], 1), floats([5, 4], 2)], (b, x, y) =>
      turned(b, matmul(b, turned(b, x), y)),
    );
    expect((await rewritten(graph, [productOfTranspose, transposeOfProduct])).after).toEqual(['Gemm']);
  });

  it('leaves a product with a bias', async () => {
    const graph = ofTwo([floats([3, 5], 1), floats([5, 4], 2), floats([4], 3)], (b, x, y, z) =>
      turned(b, elementwise(b, 'Add', [matmul(b, x, y), z])),
    );
    const { after } = await rewritten(graph, [productPlusBias, transposeOfProduct]);
    expect(after).toEqual(['Gemm', 'Transpose']);
  });
});

describe('productPlusBias', () => {
  const inputs = [floats([3, 5], 1), floats([5, 4], 2), floats([4], 3)] as const;

  it.each([
    ['A·B + b', ofTwo(inputs, (b, x, y, z) => elementwise(b, 'Add', [matmul(b, x, y), z]))],
    ['b + A·B', ofTwo(inputs, (b, x, y, z) => elementwise(b, 'Add', [z, matmul(b, x, y)]))],
  ])('takes the bias of %s along', async (_, graph) => {
    expect((await rewritten(graph, [productPlusBias])).after).toEqual(['Gemm']);
  });

  it('takes it along with a transpose', async () => {
    const graph = ofTwo([floats([3, 5], 1), floats([4, 5], 2), floats([4], 3)], (b, x, y, z) =>
      elementwise(b, 'Add', [matmul(b, x, turned(b, y)), z]),
    );
    expect((await rewritten(graph, [productOfTranspose, productPlusBias])).after).toEqual(['Gemm']);
  });

  it.each([
    ['one value a row', floats([3, 1], 3)],
    ['a value an element', floats([3, 4], 3)],
    ['more rows', floats([2, 3, 4], 3)],
  ])('leaves %s', async (_, bias) => {
    const graph = ofTwo([inputs[0], inputs[1], bias], (b, x, y, z) =>
      elementwise(b, 'Add', [matmul(b, x, y), z]),
    );
    expect((await rewritten(graph, [productPlusBias])).after).toEqual(['MatMul', 'Add']);
  });
});

describe('reluOfProduct', () => {
  it('takes relu along with a product and its bias', async () => {
    const graph = ofTwo([floats([3, 5], 1), floats([5, 4], 2), floats([4], 3)], (b, x, y, z) =>
      elementwise(b, 'Relu', [elementwise(b, 'Add', [matmul(b, x, y), z])]),
    );
    expect((await rewritten(graph, [productPlusBias, reluOfProduct])).after).toEqual(['FusedGemm']);
  });
});

describe('columnSumIsProduct', () => {
  const summed = (input: Sample, axis: number) =>
    handMade([input], (b, [x]) => (x === undefined ? [] : [reduce(b, 'ReduceSum', x, [axis])]));

  it('sums the columns of many rows by a product with ones', async () => {
    expect((await rewritten(summed(floats([200, 5]), 0), [columnSumIsProduct])).after).toEqual([
      'MatMul',
      'Reshape',
    ]);
  });

  it.each([
    ['few rows', floats([20, 5]), 0],
    ['sums of rows', floats([200, 5]), 1],
    ['integers', ints([200, 5]), 0],
  ])('leaves %s', async (_, input, axis) => {
    expect((await rewritten(summed(input, axis), [columnSumIsProduct])).after).toEqual(['ReduceSum']);
  });
});
