/** Identities that save an operator or a pass over memory. */
import type { Rule } from '../builder.ts';
import { type Value, sameShape } from '../graph.ts';
import { cast, elementwise, scalarOf } from '../ops.ts';

/** x · (1/y) = x / y */
export const productOfReciprocal: Rule = ({ op, inputs }, builder) => {
  const [a, b] = inputs;
  if (op !== 'Mul' || a === undefined || b === undefined) return null;
  const under = inputOf(b, 'Reciprocal');
  if (under !== null) return [elementwise(builder, 'Div', [a, under])];
  const over = inputOf(a, 'Reciprocal');
  return over === null ? null : [elementwise(builder, 'Div', [b, over])];
};

/** x + (−y) = x − y */
export const sumOfNegative: Rule = ({ op, inputs }, builder) => {
  const [a, b] = inputs;
  if (op !== 'Add' || a === undefined || b === undefined) return null;
  const taken = inputOf(b, 'Neg');
  if (taken !== null) return [elementwise(builder, 'Sub', [a, taken])];
  const other = inputOf(a, 'Neg');
  return other === null ? null : [elementwise(builder, 'Sub', [b, other])];
};

/** where(0 < x, x, 0) = relu(x) */
export const whereIsRelu: Rule = ({ op, inputs }, builder) => {
  const [condition, yes, no] = inputs;
  if (op !== 'Where' || condition === undefined || yes === undefined || scalarOf(no) !== 0) return null;
  const compared = positiveOf(condition);
  if (compared === null || !sameShape(compared.shape, yes.shape)) return null;
  const relu = elementwise(builder, 'Relu', [yes]);
  return compared === yes || compared === relu ? [relu] : null;
};

/** where(x < 0, −x, x) = |x| */
export const whereIsAbs: Rule = ({ op, inputs }, builder) => {
  const [condition, yes, no] = inputs;
  const comparison = condition?.producer;
  if (op !== 'Where' || yes === undefined || no === undefined || comparison?.op !== 'Less') return null;
  const [x, zero] = comparison.inputs;
  const isAbs = x === no && scalarOf(zero) === 0 && inputOf(yes, 'Neg') === no;
  return isAbs ? [elementwise(builder, 'Abs', [no])] : null;
};

/** 0 < x exactly where 0 < relu(x): asked of the output, so that x itself need not be kept for the backward pass. */
export const positiveOfRelu: Rule = ({ op, inputs }, builder) => {
  const [zero, x] = inputs;
  if (op !== 'Less' || zero === undefined || x === undefined || scalarOf(zero) !== 0) return null;
  if (x.shape.length === 0 || x.data !== null || isRelu(x)) return null;
  return [elementwise(builder, 'Less', [zero, elementwise(builder, 'Relu', [x])], 'bool')];
};

/** 1 / (1 + e^−x) = sigmoid(x) */
export const reciprocalIsSigmoid: Rule = ({ op, inputs }, builder) => {
  const sum = inputs[0]?.producer;
  if (op !== 'Reciprocal' || sum?.op !== 'Add') return null;
  const exponential = sum.inputs.find((_, position) => scalarOf(sum.inputs[1 - position]) === 1);
  const negated = exponential === undefined ? null : inputOf(exponential, 'Exp');
  const x = negated === null ? null : inputOf(negated, 'Neg');
  return x === null ? null : [elementwise(builder, 'Sigmoid', [x])];
};

/**
 * The backward pass of relu, where(0 < relu(x), g, 0), as g · mask: ONNX Runtime's CPU Where takes three times as long.
 * A non-finite g stays non-finite instead of vanishing behind the mask, which the training step's guard then sees.
 */
export const reluGradientIsProduct: Rule = ({ op, inputs }, builder) => {
  const [condition, gradient, zero] = inputs;
  if (op !== 'Where' || condition === undefined || gradient === undefined || scalarOf(zero) !== 0)
    return null;
  const compared = positiveOf(condition);
  if (compared === null || !isRelu(compared) || !sameShape(compared.shape, gradient.shape)) return null;
  return [elementwise(builder, 'Mul', [cast(builder, condition, 'float32'), gradient])];
};

export const algebraRules: readonly Rule[] = [
  productOfReciprocal,
  sumOfNegative,
  whereIsRelu,
  whereIsAbs,
  positiveOfRelu,
  reciprocalIsSigmoid,
];

function inputOf(value: Value, op: string): Value | null {
  return value.producer?.op === op ? (value.producer.inputs[0] ?? null) : null;
}

function isRelu({ producer }: Value): boolean {
  if (producer?.op === 'Reshape') return producer.inputs[0] !== undefined && isRelu(producer.inputs[0]);
  return producer?.op === 'Relu' || producer?.attributes['activation'] === 'Relu';
}

/** x where the value is 0 < x. */
function positiveOf(value: Value): Value | null {
  if (value.producer?.op !== 'Less' || scalarOf(value.producer.inputs[0]) !== 0) return null;
  return value.producer.inputs[1] ?? null;
}
