import { broadcastShapes, elementCount, sameShape, type Shape, type Value } from '../graph.ts';
import type { GraphBuilder } from '../builder.ts';
import { type Reduction, cast, elementwise, matmul, reduce, reshape, sideOf, transpose } from '../ops.ts';
import { integers, text } from '../parameters.ts';
import { type Equation, type Lowerings, UnsupportedPrimitive, inputAt } from './context.ts';
import { convolution } from './convolution.ts';

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  Add: 'ReduceSum',
  Mul: 'ReduceProd',
  Min: 'ReduceMin',
  Max: 'ReduceMax',
};

export const contractionLowerings: Lowerings = {
  reduce(equation) {
    const { builder } = equation;
    const name = text(equation.parameters, 'op');
    const op = REDUCTIONS[name];
    if (op === undefined) throw new UnsupportedPrimitive(`reduce ${name}`);
    const input = inputAt(equation, 0);
    const axes = integers(equation.parameters, 'axis');
    if (input.type !== 'bool') return [reduce(builder, op, input, axes)];
    return [cast(builder, reduce(builder, op, cast(builder, input, 'int32'), axes), 'bool')];
  },

  dot: (equation) => [dot(equation)],

  conv: (equation) => [convolution(equation)],
};

/** An operand of {@link dot} with its axes sorted by role, as views without broadcast copies. */
interface Roles {
  readonly batch: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/**
 * jax-js's `dot` is Σ x·y over the last axis with NumPy broadcasting of the others. An axis that only x has is a row
 * of a matrix product, one that only y has a column, one that both have a batch axis.
 */
function dot(equation: Equation): Value {
  const { builder } = equation;
  const whole = [inputAt(equation, 0), inputAt(equation, 1)] as const;
  const output = broadcastShapes(whole[0].shape, whole[1].shape);
  const lean = [unexpanded(whole[0]), unexpanded(whole[1])] as const;
  // If both operands repeat along an axis, dropping both copies would lose its size.
  const [first, second] = sameShape(broadcastShapes(lean[0].shape, lean[1].shape), output) ? lean : whole;
  const x = aligned(builder, first, output.length);
  const y = aligned(builder, second, output.length);
  const last = output.length - 1;
  const roles = rolesOf(x.shape, y.shape, last);
  if (roles.left.length === 0 && roles.right.length === 0) {
    return reduce(builder, 'ReduceSum', elementwise(builder, 'Mul', [x, y]), [last]);
  }
  const sizes = (axes: readonly number[]) => axes.map((axis) => sideOf(output, axis));
  const batch = sizes(roles.batch);
  const flat = (axes: readonly number[]) => elementCount(sizes(axes));
  const matrixShape = (rows: number, columns: number) =>
    batch.length === 0 ? [rows, columns] : [elementCount(batch), rows, columns];
  const inner = sideOf(output, last);
  const units = (taken: readonly number[]) =>
    output.flatMap((_, axis) => (axis === last || taken.includes(axis) ? [] : [axis]));

  const leftAxes = [...roles.batch, ...roles.left];
  const left = transpose(builder, x, [...units(leftAxes), ...leftAxes, last]);
  const rightAxes = [...roles.batch, ...roles.right];
  const right = transpose(builder, y, [...units(rightAxes), ...roles.batch, last, ...roles.right]);
  const product = matmul(
    builder,
    reshape(builder, left, matrixShape(flat(roles.left), inner)),
    reshape(builder, right, matrixShape(inner, flat(roles.right))),
  );

  const order = [...roles.batch, ...roles.left, ...roles.right];
  const sorted = [...order].sort((a, b) => a - b);
  const arranged = transpose(
    builder,
    reshape(builder, product, sizes(order)),
    sorted.map((axis) => order.indexOf(axis)),
  );
  return reshape(builder, arranged, output.slice(0, -1));
}

function rolesOf(x: Shape, y: Shape, last: number): Roles {
  const axes = Array.from({ length: last }, (_, axis) => axis);
  const has = (shape: Shape, axis: number) => sideOf(shape, axis) > 1;
  return {
    batch: axes.filter((axis) => has(x, axis) && has(y, axis)),
    left: axes.filter((axis) => has(x, axis) && !has(y, axis)),
    right: axes.filter((axis) => !has(x, axis) && has(y, axis)),
  };
}

/** A broadcast that feeds a product is absorbed, never materialised; the summed axis must keep its size. */
function unexpanded(value: Value): Value {
  const source = value.producer?.op === 'Expand' ? value.producer.inputs[0] : undefined;
  if (source === undefined || source.shape.length !== value.shape.length) return value;
  return source.shape.at(-1) === value.shape.at(-1) ? source : value;
}

function aligned(builder: GraphBuilder, value: Value, rank: number): Value {
  return reshape(builder, value, [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape]);
}
