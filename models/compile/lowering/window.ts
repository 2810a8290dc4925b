import { elementCount } from '../graph.ts';
import { concat, gather, reduce, reshape, sideOf } from '../ops.ts';
import { integers } from '../parameters.ts';
import { type Lowerings, inputAt, outputShape } from './context.ts';

/** A sliding window over the trailing axes of an array of shape `[..., ...space]`. */
interface Sliding {
  readonly space: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
}

export const windowLowerings: Lowerings = {
  /** `[..., ...space] → [..., ...positions, ...window]`: each window's elements side by side. */
  pool(equation) {
    const { builder } = equation;
    const input = inputAt(equation, 0);
    const window = integers(equation.parameters, 'window');
    const sliding = {
      space: input.shape.slice(-window.length),
      window,
      strides: integers(equation.parameters, 'strides'),
    };
    const lead = input.shape.slice(0, -window.length);
    const shape = outputShape(equation);
    const sources = Int32Array.from(windowSources(sliding));
    const indices = builder.constant(sources, shape.slice(lead.length), 'int32');
    const flat = reshape(builder, input, [...lead, elementCount(sliding.space)]);
    return [gather(builder, flat, indices, lead.length)];
  },

  /** The transpose: every element of every window is added back where it came from. */
  pool_transpose(equation) {
    const { builder } = equation;
    const input = inputAt(equation, 0);
    const window = integers(equation.parameters, 'window');
    const shape = outputShape(equation);
    const space = shape.slice(shape.length - window.length);
    const lead = shape.slice(0, shape.length - window.length);
    const sources = windowSources({ space, window, strides: integers(equation.parameters, 'strides') });

    const contributors: number[][] = Array.from({ length: elementCount(space) }, () => []);
    sources.forEach((target, element) => contributors[target]?.push(element));
    const most = Math.max(1, ...contributors.map(({ length }) => length));
    const zeroElement = sources.length;
    const indices = contributors.flatMap((elements) => [
      ...elements,
      ...new Array<number>(most - elements.length).fill(zeroElement),
    ]);

    const flat = reshape(builder, input, [...lead, sources.length]);
    const padded = concat(builder, [flat, builder.filled(0, [...lead, 1], input.type)], lead.length);
    const table = builder.constant(Int32Array.from(indices), [contributors.length, most], 'int32');
    const gathered = gather(builder, padded, table, lead.length);
    return [reshape(builder, reduce(builder, 'ReduceSum', gathered, [lead.length + 1]), shape)];
  },
};

/** For every (position, window offset), row-major, the flat index in `space` that it reads. */
function windowSources({ space, window, strides }: Sliding): number[] {
  const positions = space.map(
    (side, axis) => Math.floor((side - sideOf(window, axis)) / sideOf(strides, axis)) + 1,
  );
  const starts = flatIndices(positions, space, strides);
  const offsets = flatIndices(
    window,
    space,
    window.map(() => 1),
  );
  return starts.flatMap((start) => offsets.map((offset) => start + offset));
}

/** The flat indices in `space` of a grid of `counts` points, `steps` apart, row-major. */
function flatIndices(
  counts: readonly number[],
  space: readonly number[],
  steps: readonly number[],
): number[] {
  return counts.reduce<number[]>(
    (indices, count, axis) =>
      indices.flatMap((index) =>
        Array.from(
          { length: count },
          (_, point) => index * sideOf(space, axis) + point * sideOf(steps, axis),
        ),
      ),
    [0],
  );
}
