/** Moves of moves are one move, and a move that changes nothing is none. */
import type { Rule } from '../builder.ts';
import type { Value } from '../graph.ts';
import { concat, permuted, reshape, sideOf, transpose } from '../ops.ts';

export const reshapeOfReshape: Rule = ({ op, inputs, outputs }, builder) => {
  const [input] = inputs;
  const [output] = outputs;
  if (op !== 'Reshape' || input?.producer?.op !== 'Reshape' || output === undefined) return null;
  const [source] = input.producer.inputs;
  return source === undefined ? null : [reshape(builder, source, output.shape)];
};

export const transposeOfTranspose: Rule = ({ op, inputs, attributes }, builder) => {
  const [input] = inputs;
  if (op !== 'Transpose' || input?.producer?.op !== 'Transpose') return null;
  const [source] = input.producer.inputs;
  const inner = input.producer.attributes['perm'];
  const outer = attributes['perm'];
  if (source === undefined || !isPermutation(inner) || !isPermutation(outer)) return null;
  return [transpose(builder, source, permuted(inner, outer))];
};

/**
 * Axes of size 1 move for free: they are taken out before the transpose and put back after it, which leaves the
 * plain matrix transposes that products absorb, or nothing at all.
 */
export const transposeOfUnits: Rule = ({ op, inputs, attributes }, builder) => {
  const [input] = inputs;
  const perm = attributes['perm'];
  if (op !== 'Transpose' || input === undefined || !isPermutation(perm)) return null;
  const moved = perm.filter((axis) => sideOf(input.shape, axis) !== 1);
  if (moved.length === perm.length) return null;
  const kept = [...moved].sort((a, b) => a - b);
  const squeezed = reshape(builder, input, permuted(input.shape, kept));
  const transposed = transpose(
    builder,
    squeezed,
    moved.map((axis) => kept.indexOf(axis)),
  );
  return [reshape(builder, transposed, permuted(input.shape, perm))];
};

/** `split` undone by `concat` of the same pieces in the same order. */
export const concatOfSplit: Rule = ({ op, inputs, attributes }) => {
  const producer = inputs[0]?.producer;
  if (op !== 'Concat' || producer?.op !== 'Split') return null;
  const whole =
    producer.attributes['axis'] === attributes['axis'] && producer.outputs.length === inputs.length;
  const [source] = producer.inputs;
  const same = whole && inputs.every((input, position) => input === producer.outputs[position]);
  return same && source !== undefined ? [source] : null;
};

/** Concatenations along one axis, one inside the other, copy once. */
export const concatOfConcat: Rule = ({ op, inputs, attributes }, builder) => {
  const axis = attributes['axis'];
  const nested = ({ producer }: Value) => producer?.op === 'Concat' && producer.attributes['axis'] === axis;
  if (op !== 'Concat' || typeof axis !== 'number' || !inputs.some(nested)) return null;
  const [first, ...rest] = inputs.flatMap((input) =>
    nested(input) ? (input.producer?.inputs ?? []) : [input],
  );
  return first === undefined ? null : [concat(builder, [first, ...rest], axis)];
};

export const movementRules: readonly Rule[] = [
  reshapeOfReshape,
  transposeOfTranspose,
  transposeOfUnits,
  concatOfConcat,
  concatOfSplit,
];

function isPermutation(attribute: unknown): attribute is readonly number[] {
  return Array.isArray(attribute);
}
