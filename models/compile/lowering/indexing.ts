import { type Shape, type Value, elementCount } from '../graph.ts';
import type { GraphBuilder } from '../builder.ts';
import { cast, elementwise, expand, gather, reshape, sideOf, sortLast, transpose } from '../ops.ts';
import { integer, integers } from '../parameters.ts';
import { type Lowerings, UnsupportedPrimitive, inputAt, outputShape } from './context.ts';

export const indexingLowerings: Lowerings = {
  /** Index arrays, one per axis of `axis`, broadcast together; their shape lands at `outDim` of the result. */
  gather(equation) {
    const { builder, parameters } = equation;
    const [, ...indices] = equation.inputs;
    const source = inputAt(equation, 0);
    const axes = integers(parameters, 'axis');
    const rest = source.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const table = reshape(builder, transpose(builder, source, [...axes, ...rest]), [
      elementCount(axes.map((axis) => sideOf(source.shape, axis))),
      ...rest.map((axis) => sideOf(source.shape, axis)),
    ]);
    const index = flatIndex(builder, indices, source.shape, axes);
    const found = gather(builder, table, index, 0);
    const perm = indexAxesTo(integer(parameters, 'outDim'), index.shape.length, rest.length);
    return [transpose(builder, found, perm)];
  },

  /** The transpose of gather: adds updates into zeros. */
  scatter(equation) {
    const { builder, parameters } = equation;
    if (parameters['op'] !== 'add') throw new UnsupportedPrimitive(`scatter ${String(parameters['op'])}`);
    const [, ...indices] = equation.inputs;
    const updates = inputAt(equation, 0);
    const shape = outputShape(equation);
    const axes = integers(parameters, 'axis');
    const rest = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const restShape = rest.map((axis) => sideOf(shape, axis));
    const index = flatIndex(builder, indices, shape, axes);
    const perm = indexAxesTo(integer(parameters, 'outDim'), index.shape.length, rest.length);
    const inverse = perm.map((_, axis) => perm.indexOf(axis));
    const count = elementCount(index.shape);
    const rows = reshape(builder, transpose(builder, updates, inverse), [count, ...restShape]);
    const positions = reshape(builder, cast(builder, index, 'int64'), [count, 1]);
    const axesShape = axes.map((axis) => sideOf(shape, axis));
    const tableShape = [elementCount(axesShape), ...restShape];
    const zeros = expand(builder, builder.scalar(0, updates.type), tableShape);
    const table = builder.node('ScatterND', [zeros, positions, rows], tableShape, updates.type, {
      reduction: 'add',
    });
    const order = [...axes, ...rest];
    return [
      transpose(
        builder,
        reshape(builder, table, [...axesShape, ...restShape]),
        shape.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },

  sort: (equation) => [sortLast(equation.builder, inputAt(equation, 0))[0]],

  argsort(equation) {
    const [values, indices] = sortLast(equation.builder, inputAt(equation, 0));
    return [values, cast(equation.builder, indices, 'int32')];
  },
};

/** One int32 index into the flattened `axes` of `shape`. */
function flatIndex(
  builder: GraphBuilder,
  indices: readonly Value[],
  shape: Shape,
  axes: readonly number[],
): Value {
  const terms = indices.map((index, position) => {
    const stride = elementCount(axes.slice(position + 1).map((axis) => sideOf(shape, axis)));
    const whole = cast(builder, index, 'int32');
    return stride === 1 ? whole : elementwise(builder, 'Mul', [whole, builder.scalar(stride, 'int32')]);
  });
  return terms.reduce((sum, term) => elementwise(builder, 'Add', [sum, term]));
}

/** From [index axes, other axes] to the order in which the index axes start at `outDim`. */
function indexAxesTo(outDim: number, indexRank: number, restRank: number): number[] {
  const index = Array.from({ length: indexRank }, (_, axis) => axis);
  const rest = Array.from({ length: restRank }, (_, axis) => axis + indexRank);
  return [...rest.slice(0, outDim), ...index, ...rest.slice(outDim)];
}
