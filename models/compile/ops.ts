/** ONNX operators as functions on values: each works out the shape of its result. */
import type { GraphBuilder } from './builder.ts';
import {
  type ElementType,
  type Shape,
  type Value,
  broadcastShapes,
  elementCount,
  sameShape,
} from './graph.ts';

/** An elementwise operator with NumPy broadcasting. `type` is the result's where it differs from the first input's. */
export function elementwise(
  builder: GraphBuilder,
  op: string,
  inputs: readonly [Value, ...Value[]],
  type: ElementType = inputs[0].type,
): Value {
  const shape = inputs.map((input) => input.shape).reduce(broadcastShapes);
  return builder.node(op, inputs, shape, type);
}

export function where(builder: GraphBuilder, condition: Value, yes: Value, no: Value): Value {
  if (yes.type !== 'bool') return elementwise(builder, 'Where', [condition, yes, no], yes.type);
  // ONNX Runtime has no Where that chooses between booleans.
  const otherwise = elementwise(builder, 'Not', [condition]);
  return elementwise(builder, 'Or', [
    elementwise(builder, 'And', [condition, yes]),
    elementwise(builder, 'And', [otherwise, no]),
  ]);
}

export function cast(builder: GraphBuilder, input: Value, type: ElementType): Value {
  if (input.type === type) return input;
  return builder.node('Cast', [input], input.shape, type, { to: elementTypeCode(type) });
}

export function reshape(builder: GraphBuilder, input: Value, shape: Shape): Value {
  if (sameShape(input.shape, shape)) return input;
  if (elementCount(input.shape) !== elementCount(shape)) {
    throw new RangeError(`cannot reshape [${input.shape.join(', ')}] to [${shape.join(', ')}]`);
  }
  return builder.node('Reshape', [input, builder.integers(shape)], shape, input.type);
}

export function transpose(builder: GraphBuilder, input: Value, perm: readonly number[]): Value {
  if (perm.every((axis, position) => axis === position)) return input;
  return builder.node('Transpose', [input], permuted(input.shape, perm), input.type, { perm });
}

export function expand(builder: GraphBuilder, input: Value, shape: Shape): Value {
  if (sameShape(input.shape, shape)) return input;
  return builder.node('Expand', [input, builder.integers(shape)], shape, input.type);
}

export interface SliceAxis {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: 1 | -1;
}

/** `end` is exclusive; with step −1, `start` is the last element and `end` is −1 for "through element 0". */
export function slice(builder: GraphBuilder, input: Value, axes: readonly SliceAxis[]): Value {
  const kept = axes.filter(
    ({ axis, start, end, step }) => step === -1 || start !== 0 || end !== input.shape[axis],
  );
  if (kept.length === 0) return input;
  const shape = [...input.shape];
  for (const { axis, start, end } of kept) shape[axis] = Math.abs(end - start);
  // ONNX reads −1 as "the last element": before the first is any number below −size.
  const ends = kept.map(({ end, step }) => (step === -1 && end === -1 ? Number.MIN_SAFE_INTEGER : end));
  return builder.node(
    'Slice',
    [
      input,
      builder.integers(kept.map(({ start }) => start)),
      builder.integers(ends),
      builder.integers(kept.map(({ axis }) => axis)),
      builder.integers(kept.map(({ step }) => step ?? 1)),
    ],
    shape,
    input.type,
  );
}

/** Zero padding. */
export function pad(
  builder: GraphBuilder,
  input: Value,
  widths: readonly (readonly [number, number])[],
): Value {
  if (widths.every(([before, after]) => before === 0 && after === 0)) return input;
  const pads = [...widths.map(([before]) => before), ...widths.map(([, after]) => after)];
  const shape = input.shape.map((side, axis) => {
    const [before, after] = widths[axis] ?? [0, 0];
    return side + before + after;
  });
  return builder.node('Pad', [input, builder.integers(pads)], shape, input.type);
}

export function concat(builder: GraphBuilder, inputs: readonly [Value, ...Value[]], axis: number): Value {
  const [first] = inputs;
  if (inputs.length === 1) return first;
  const side = inputs.reduce((sum, { shape }) => sum + sideOf(shape, axis), 0);
  return builder.node('Concat', inputs, withSide(first.shape, axis, side), first.type, { axis });
}

export function split(
  builder: GraphBuilder,
  input: Value,
  axis: number,
  sizes: readonly number[],
): readonly Value[] {
  if (sizes.length === 1) return [input];
  return builder.nodes({
    op: 'Split',
    domain: '',
    inputs: [input, builder.integers(sizes)],
    attributes: { axis },
    outputs: sizes.map((size) => ({ shape: withSide(input.shape, axis, size), type: input.type })),
  });
}

export type Reduction = 'ReduceSum' | 'ReduceProd' | 'ReduceMin' | 'ReduceMax';

/** Reduces the axes away. */
export function reduce(builder: GraphBuilder, op: Reduction, input: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return input;
  const shape = input.shape.filter((_, axis) => !axes.includes(axis));
  return builder.node(op, [input, builder.integers(axes)], shape, input.type, { keepdims: 0 });
}

/** `[..., M, K] × [..., K, N] → [..., M, N]`, leading axes broadcast. */
export function matmul(builder: GraphBuilder, left: Value, right: Value): Value {
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2));
  const shape = [
    ...batch,
    sideOf(left.shape, left.shape.length - 2),
    sideOf(right.shape, right.shape.length - 1),
  ];
  return builder.node('MatMul', [left, right], shape, left.type);
}

/** Rows of `input` along `axis` picked by an integer array of any shape. */
export function gather(builder: GraphBuilder, input: Value, indices: Value, axis: number): Value {
  const shape = [...input.shape.slice(0, axis), ...indices.shape, ...input.shape.slice(axis + 1)];
  return builder.node('Gather', [input, indices], shape, input.type, { axis });
}

/** Ascending sort along the last axis: [values, int64 indices]. */
export function sortLast(builder: GraphBuilder, input: Value): readonly [Value, Value] {
  const size = sideOf(input.shape, input.shape.length - 1);
  const [values, indices] = builder.nodes({
    op: 'TopK',
    domain: '',
    inputs: [input, builder.integers([size])],
    attributes: { axis: -1, largest: 0, sorted: 1 },
    outputs: [
      { shape: input.shape, type: input.type },
      { shape: input.shape, type: 'int64' },
    ],
  });
  if (values === undefined || indices === undefined) throw new Error('TopK gives two outputs');
  return [values, indices];
}

export function permuted(shape: Shape, perm: readonly number[]): number[] {
  return perm.map((axis) => sideOf(shape, axis));
}

export function sideOf(shape: Shape, axis: number): number {
  const side = shape[axis];
  if (side === undefined) throw new RangeError(`axis ${axis} of a shape of rank ${shape.length}`);
  return side;
}

export function withSide(shape: Shape, axis: number, side: number): number[] {
  return shape.map((old, position) => (position === axis ? side : old));
}

/** ONNX TensorProto.DataType. */
export function elementTypeCode(type: ElementType): number {
  switch (type) {
    case 'float32':
      return 1;
    case 'int32':
      return 6;
    case 'int64':
      return 7;
    case 'bool':
      return 9;
    case 'float16':
      return 10;
    case 'float64':
      return 11;
    case 'uint32':
      return 12;
  }
}

/** The integers that a constant made by {@link GraphBuilder.integers} holds; null for anything else. */
export function integersOf(value: Value | undefined): number[] | null {
  return value?.data instanceof BigInt64Array ? Array.from(value.data, Number) : null;
}

/** The number that a one-element float constant holds; null for anything else. */
export function scalarOf(value: Value | undefined): number | null {
  if (value === undefined || !(value.data instanceof Float32Array) || value.data.length !== 1) return null;
  return value.data[0] ?? null;
}
