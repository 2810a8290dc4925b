import { type DType, type Jaxpr, makeJaxpr, numpy as np } from '@jax-js/jax';
import type { Tensor } from '../array.ts';
import type { ElementType, Shape } from './graph.ts';

export interface InputSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

export interface TracedProgram {
  readonly jaxpr: Jaxpr;
  /** Arrays that the function closed over: the first binders of the jaxpr. */
  readonly constants: readonly Tensor[];
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly string[];
}

/** Named tensors in a fixed order: the inputs or outputs of a program. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * Records what `f` computes for inputs of these shapes. Nothing is evaluated.
 * `f` gets its inputs by name and returns its outputs by name.
 * @throws {RangeError} when an output has the name of an input: ONNX has one space of names.
 */
export function trace(
  f: (inputs: NamedTensors) => NamedTensors,
  inputs: readonly InputSpec[],
): TracedProgram {
  let outputs: string[] = [];
  const flat = (...tensors: Tensor[]): Tensor[] => {
    const named = Object.fromEntries(inputs.map(({ name }, position) => [name, at(tensors, position)]));
    const results = f(named);
    outputs = Object.keys(results);
    const both = inputs.find(({ name }) => outputs.includes(name));
    if (both !== undefined) throw new RangeError(`"${both.name}" names both an input and an output`);
    return Object.values(results).map((result) => result.ref);
  };
  const { jaxpr } = makeJaxpr(flat)(
    ...inputs.map(({ shape, type }) => np.zeros([...shape], { dtype: jaxType(type) })),
  );
  return { jaxpr: jaxpr.jaxpr.flatten().simplify(), constants: jaxpr.consts.map(concrete), inputs, outputs };
}

function concrete(constant: unknown): Tensor {
  if (!(constant instanceof np.Array)) throw new TypeError('a traced constant holds no data');
  return constant;
}

function jaxType(type: ElementType): DType {
  switch (type) {
    case 'float32':
      return np.float32;
    case 'float64':
      return np.float64;
    case 'float16':
      return np.float16;
    case 'int32':
      return np.int32;
    case 'uint32':
      return np.uint32;
    case 'bool':
      return np.bool;
    case 'int64':
      throw new TypeError('programs have no int64 inputs: use int32');
  }
}

/** @throws {RangeError} past the end */
export function at<T>(items: readonly T[], position: number): T {
  const item = items[position];
  if (item === undefined) throw new RangeError(`item ${position} of ${items.length}`);
  return item;
}
