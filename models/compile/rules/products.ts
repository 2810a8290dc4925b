/** Matrix products take transposes, biases and ReLU along. Floats only: ONNX Runtime has no Gemm of integers. */
import type { Rule } from '../builder.ts';
import { type Value, sameShape } from '../graph.ts';
import { matmul, reshape, sideOf } from '../ops.ts';

/** A·Bᵀ and Aᵀ·B without the transpose: Gemm reads either operand in either order. */
export const productOfTranspose: Rule = ({ op, inputs, outputs }, builder) => {
  const [left, right] = inputs;
  const [output] = outputs;
  if (op !== 'MatMul' || left === undefined || right === undefined || output?.type !== 'float32') return null;
  if (left.shape.length !== 2 || right.shape.length !== 2) return null;
  const [a, b] = [transposed(left), transposed(right)];
  if (a === null && b === null) return null;
  return [
    builder.node('Gemm', [a ?? left, b ?? right], output.shape, output.type, {
      transA: a === null ? 0 : 1,
      transB: b === null ? 0 : 1,
    }),
  ];
};

/** (A·B)ᵀ = Bᵀ·Aᵀ */
export const transposeOfProduct: Rule = ({ op, inputs, outputs }, builder) => {
  const node = inputs[0]?.producer;
  const [output] = outputs;
  if (op !== 'Transpose' || output?.shape.length !== 2 || node === null || node === undefined) return null;
  const [a, b, bias] = node.inputs;
  const isProduct = node.op === 'MatMul' || (node.op === 'Gemm' && node.domain === '');
  if (
    !isProduct ||
    output.type !== 'float32' ||
    a?.shape.length !== 2 ||
    b?.shape.length !== 2 ||
    bias !== undefined
  )
    return null;
  const flipped = (attribute: string) => (node.attributes[attribute] === 1 ? 0 : 1);
  return [
    builder.node('Gemm', [b, a], output.shape, output.type, {
      transA: flipped('transB'),
      transB: flipped('transA'),
    }),
  ];
};

/** A·B + b with one value of b per column. */
export const productPlusBias: Rule = ({ op, inputs, outputs }, builder) => {
  const [output] = outputs;
  if (op !== 'Add' || output?.shape.length !== 2 || output.type !== 'float32') return null;
  for (const [product, bias] of [inputs, [...inputs].reverse()]) {
    const node = product?.producer;
    if (product === undefined || bias === undefined || !sameShape(product.shape, output.shape)) continue;
    if (node?.op !== 'MatMul' && !(node?.op === 'Gemm' && node.inputs.length === 2)) continue;
    if (!sameShape(bias.shape, [sideOf(output.shape, 1)]) || node.inputs[0]?.shape.length !== 2) continue;
    return [builder.node('Gemm', [...node.inputs, bias], output.shape, output.type, node.attributes)];
  }
  return null;
};

/** relu(A·B + b) in one pass over the result. */
export const reluOfProduct: Rule = ({ op, inputs, outputs }, builder) => {
  const node = inputs[0]?.producer;
  const [output] = outputs;
  if (op !== 'Relu' || node?.op !== 'Gemm' || node.domain !== '' || output === undefined) return null;
  const attributes = { ...node.attributes, activation: 'Relu' };
  return [builder.node('FusedGemm', node.inputs, output.shape, output.type, attributes, 'com.microsoft')];
};

/** Sums of columns as a product with ones: ONNX Runtime's matrix product is faster than its reduction. */
export const columnSumIsProduct: Rule = ({ op, inputs, outputs, attributes }, builder) => {
  const [input, axes] = inputs;
  const [output] = outputs;
  if (op !== 'ReduceSum' || input?.shape.length !== 2 || output === undefined || input.type !== 'float32')
    return null;
  if (attributes['keepdims'] !== 0 || !(axes?.data instanceof BigInt64Array) || axes.data.join() !== '0')
    return null;
  const rows = sideOf(input.shape, 0);
  if (rows < MIN_ROWS_FOR_PRODUCT) return null;
  const ones = builder.sharedConstant(`ones ${rows}`, () => ({
    data: new Float32Array(rows).fill(1),
    shape: [1, rows],
    type: 'float32',
  }));
  return [reshape(builder, matmul(builder, ones, input), output.shape)];
};

const MIN_ROWS_FOR_PRODUCT = 64;

/** For every device. */
export const productRules: readonly Rule[] = [productOfTranspose, transposeOfProduct, productPlusBias];

/** For ONNX Runtime's CPU provider, which alone has FusedGemm. */
export const cpuProductRules: readonly Rule[] = [reluOfProduct, columnSumIsProduct];

function transposed(value: Value): Value | null {
  return value.producer?.op === 'Transpose' ? (value.producer.inputs[0] ?? null) : null;
}
