/** Broadcast copies sink towards their readers, where elementwise operators broadcast for free. */
import type { GraphBuilder, NodeRequest, Rule } from '../builder.ts';
import { type Shape, type Value, broadcastShapes, elementCount } from '../graph.ts';
import { expand, reshape, transpose } from '../ops.ts';
import { isElementwise } from './elementwise-ops.ts';

/** The value that an Expand copies, with as many axes as the copy. */
function expandedFrom(value: Value | undefined, builder: GraphBuilder): Value | null {
  const source = value?.producer?.op === 'Expand' ? value.producer.inputs[0] : undefined;
  if (value === undefined || source === undefined) return null;
  const missing = value.shape.length - source.shape.length;
  return reshape(builder, source, [...new Array<number>(missing).fill(1), ...source.shape]);
}

export const transposeOfExpand: Rule = ({ op, inputs, attributes, outputs }, builder) => {
  if (op !== 'Transpose') return null;
  const source = expandedFrom(inputs[0], builder);
  const perm = attributes['perm'];
  const [output] = outputs;
  if (source === null || output === undefined || typeof perm !== 'object' || !('length' in perm)) return null;
  return [expand(builder, transpose(builder, source, perm), output.shape)];
};

/** Possible where no repeated axis is merged with one that is not. */
export const reshapeOfExpand: Rule = ({ op, inputs, outputs }, builder) => {
  if (op !== 'Reshape') return null;
  const [input] = inputs;
  const [output] = outputs;
  const source = expandedFrom(input, builder);
  if (source === null || input === undefined || output === undefined) return null;
  const lean = leanShape(source.shape, input.shape, output.shape);
  return lean === null ? null : [expand(builder, reshape(builder, source, lean), output.shape)];
};

/** `output` with 1 where it only repeats; null where that cannot be told apart axis by axis. */
function leanShape(source: Shape, input: Shape, output: Shape): number[] | null {
  const lean: number[] = [];
  let [from, to] = [0, 0];
  while (from < input.length || to < output.length) {
    const start = { from, to };
    let [left, right] = [input[from++] ?? 1, output[to++] ?? 1];
    while (left !== right) {
      if (left < right) left *= input[from++] ?? Number.NaN;
      else right *= output[to++] ?? Number.NaN;
      if (Number.isNaN(left) || Number.isNaN(right)) return null;
    }
    const axes = input.slice(start.from, from).map((_, offset) => start.from + offset);
    const repeats = axes.filter((axis) => source[axis] !== input[axis]);
    const grouped = output.slice(start.to, to);
    if (repeats.length === 0) lean.push(...grouped);
    else if (elementCount(axes.map((axis) => source[axis] ?? 1)) === 1) lean.push(...grouped.map(() => 1));
    else return null;
  }
  return lean;
}

/** Reads the originals; where every operand was a copy, the result is copied instead. */
export const elementwiseOfExpand: Rule = (request, builder) => {
  if (!isElementwise(request)) return null;
  const [output] = request.outputs;
  const sources = request.inputs.map((input) => expandedFrom(input, builder) ?? input);
  if (output === undefined || sources.every((source, position) => source === request.inputs[position]))
    return null;
  const shape = sources.map((source) => source.shape).reduce<Shape>(broadcastShapes, []);
  return [expand(builder, remade(request, builder, sources, shape), output.shape)];
};

function remade(request: NodeRequest, builder: GraphBuilder, inputs: readonly Value[], shape: Shape): Value {
  const type = request.outputs[0]?.type ?? 'float32';
  return builder.node(request.op, inputs, shape, type, request.attributes, request.domain);
}

export const broadcastRules: readonly Rule[] = [transposeOfExpand, reshapeOfExpand, elementwiseOfExpand];
