import type { Tensor } from '../../../../models/array.ts';
import type { Program } from '../../evaluate.ts';
import type { Sample, Samples } from '../../samples.ts';

/** A program that uses a primitive, and inputs to compare compiled and reference results on. */
export interface ParityCase {
  readonly name: string;
  readonly program: Program;
  readonly inputs: Samples;
  /** Relative to 1 + |expected|. */
  readonly tolerance: number;
}

/** Cases by the primitive that they are about. */
export type ParityCases = Readonly<Record<string, readonly ParityCase[]>>;

/** `f` takes its tensors in order and moves them, as jax-js does. */
export function parity(
  name: string,
  f: (...tensors: Tensor[]) => Tensor | Tensor[],
  inputs: readonly Sample[],
  tolerance = 1e-5,
): ParityCase {
  const names = inputs.map((_, position) => `in${position}`);
  return {
    name,
    tolerance,
    inputs: Object.fromEntries(inputs.map((input, position) => [`in${position}`, input])),
    program: (tensors) => {
      const results = f(
        ...names.map((input) => {
          const tensor = tensors[input];
          if (tensor === undefined) throw new RangeError(`no input ${input}`);
          return tensor;
        }),
      );
      const list = Array.isArray(results) ? results : [results];
      return Object.fromEntries(list.map((result, position) => [`out${position}`, result]));
    },
  };
}
