/**
 * Matrix products give rows, `[B·H·W, C]`, that the model views as images, `[B, H, W, C]`. These rules move such views
 * past everything that works per element or along the last axis, until the next product takes the rows back.
 */
import type { GraphBuilder, NodeRequest, Rule } from '../builder.ts';
import { type Shape, type Value, elementCount, sameShape } from '../graph.ts';
import { concat, integersOf, reduce, reshape, split } from '../ops.ts';
import { isElementwise } from './elementwise-ops.ts';

/** What a Reshape to more axes views; null for any other value. */
function viewed(value: Value | undefined): Value | null {
  const source = value?.producer?.op === 'Reshape' ? value.producer.inputs[0] : undefined;
  return value !== undefined && source !== undefined && source.shape.length < value.shape.length
    ? source
    : null;
}

function keepsLastAxis(value: Value, source: Value): boolean {
  return value.shape.at(-1) === source.shape.at(-1);
}

/** An operand as it broadcasts against rows of shape `rows` instead of the view `whole`; null if it does not. */
function asRows(builder: GraphBuilder, operand: Value, whole: Shape, rows: Shape): Value | null {
  if (sameShape(operand.shape, whole)) return reshape(builder, operand, rows);
  if (elementCount(operand.shape) === 1) return reshape(builder, operand, []);
  const perChannel = elementCount(operand.shape) === operand.shape.at(-1) && rows.at(-1) === whole.at(-1);
  return perChannel ? reshape(builder, operand, [elementCount(operand.shape)]) : null;
}

export const elementwiseOfView: Rule = (request, builder) => {
  const [output] = request.outputs;
  if (!isElementwise(request) || output === undefined) return null;
  const rows = request.inputs.flatMap((input) => {
    const source = sameShape(input.shape, output.shape) ? viewed(input) : null;
    return source === null ? [] : [source.shape];
  })[0];
  if (rows === undefined) return null;
  const inputs = request.inputs.map((input) => asRows(builder, input, output.shape, rows));
  if (!allPresent(inputs)) return null;
  const result = builder.node(request.op, inputs, rows, output.type, request.attributes);
  return [reshape(builder, result, output.shape)];
};

export const concatOfViews: Rule = ({ op, inputs, attributes, outputs }, builder) => {
  const [output] = outputs;
  if (op !== 'Concat' || output === undefined || !isLastAxis(attributes['axis'], output.shape)) return null;
  const viewSource = inputs.map(viewed).find((source, position) => {
    const input = inputs[position];
    return source !== null && input !== undefined && keepsLastAxis(input, source);
  });
  if (viewSource === undefined || viewSource === null) return null;
  const lead = viewSource.shape.slice(0, -1);
  const [first, ...rest] = inputs.map((input) => reshape(builder, input, [...lead, input.shape.at(-1) ?? 1]));
  if (first === undefined) return null;
  return [reshape(builder, concat(builder, [first, ...rest], lead.length), output.shape)];
};

export const splitOfView: Rule = ({ op, inputs, attributes, outputs }, builder) => {
  const [input, sizes] = inputs;
  const source = viewed(input);
  const pieces = integersOf(sizes);
  if (op !== 'Split' || input === undefined || source === null || pieces === null) return null;
  if (!isLastAxis(attributes['axis'], input.shape) || !keepsLastAxis(input, source)) return null;
  const parts = split(builder, source, source.shape.length - 1, pieces);
  return parts.map((part, position) => reshape(builder, part, outputs[position]?.shape ?? part.shape));
};

/** Sums over all pixels, or over the channels of each. */
export const reduceOfView: Rule = ({ op, inputs, outputs, attributes }, builder) => {
  const [input, axesValue] = inputs;
  const [output] = outputs;
  const source = viewed(input);
  const axes = integersOf(axesValue);
  if (op !== 'ReduceSum' || input === undefined || output === undefined || source === null || axes === null)
    return null;
  if (source.shape.length !== 2 || !keepsLastAxis(input, source) || attributes['keepdims'] !== 0) return null;
  const last = input.shape.length - 1;
  if (axes.length === last && !axes.includes(last)) return [reduce(builder, 'ReduceSum', source, [0])];
  if (axes.length === 1 && axes[0] === last) {
    return [reshape(builder, reduce(builder, 'ReduceSum', source, [1]), output.shape)];
  }
  return null;
};

export const rowRules: readonly Rule[] = [elementwiseOfView, concatOfViews, splitOfView, reduceOfView];

function isLastAxis(axis: NodeRequest['attributes'][string] | undefined, shape: Shape): boolean {
  return axis === shape.length - 1;
}

function allPresent(values: readonly (Value | null)[]): values is readonly Value[] {
  return values.every((value) => value !== null);
}
