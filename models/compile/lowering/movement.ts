import type { Value } from '../graph.ts';
import { concat, expand, pad, reshape, sideOf, slice, split, transpose } from '../ops.ts';
import { integer, integers, pairs } from '../parameters.ts';
import { type Lowerings, inputAt, outputShape } from './context.ts';

export const movementLowerings: Lowerings = {
  reshape: (equation) => [reshape(equation.builder, inputAt(equation, 0), outputShape(equation))],

  transpose: (equation) => [
    transpose(equation.builder, inputAt(equation, 0), integers(equation.parameters, 'perm')),
  ],

  /** `axis` names the result's new axes; the input's own axes of size 1 may grow as well. */
  broadcast(equation) {
    const { builder } = equation;
    const input = inputAt(equation, 0);
    const shape = outputShape(equation);
    const added = new Set(
      integers(equation.parameters, 'axis').map((axis) => (axis + shape.length) % shape.length),
    );
    const kept = input.shape[Symbol.iterator]();
    const aligned = shape.map((_, axis) => {
      if (added.has(axis)) return 1;
      const side = kept.next();
      return side.done === true ? 1 : side.value;
    });
    return [expand(builder, reshape(builder, input, aligned), shape)];
  },

  flip(equation) {
    const input = inputAt(equation, 0);
    const axes = integers(equation.parameters, 'axis').map((axis) => ({
      axis,
      start: sideOf(input.shape, axis) - 1,
      end: -1,
      step: -1 as const,
    }));
    return [slice(equation.builder, input, axes)];
  },

  shrink: (equation) => [
    slice(
      equation.builder,
      inputAt(equation, 0),
      pairs(equation.parameters, 'slice').map(([start, end], axis) => ({ axis, start, end })),
    ),
  ],

  pad: (equation) => [pad(equation.builder, inputAt(equation, 0), pairs(equation.parameters, 'width'))],

  concatenate(equation) {
    const [first, ...rest] = equation.inputs;
    if (first === undefined) throw new RangeError('nothing to concatenate');
    const inputs: readonly [Value, ...Value[]] = [first, ...rest];
    return [concat(equation.builder, inputs, integer(equation.parameters, 'axis'))];
  },

  split: (equation) =>
    split(
      equation.builder,
      inputAt(equation, 0),
      integer(equation.parameters, 'axis'),
      integers(equation.parameters, 'sizes'),
    ),
};
