import type { Jaxpr } from '@jax-js/jax';
import { GraphBuilder, type Rule } from './builder.ts';
import type { ElementType, Graph, Value } from './graph.ts';
import { UnsupportedPrimitive } from './lowering/context.ts';
import { elementwiseLowerings } from './lowering/elementwise.ts';
import { movementLowerings } from './lowering/movement.ts';
import { contractionLowerings } from './lowering/contraction.ts';
import { indexingLowerings } from './lowering/indexing.ts';
import { windowLowerings } from './lowering/window.ts';
import type { LoweringOptions, Lowerings } from './lowering/context.ts';
import { type TracedProgram, at } from './trace.ts';

export const LOWERINGS: Lowerings = {
  ...elementwiseLowerings,
  ...movementLowerings,
  ...contractionLowerings,
  ...indexingLowerings,
  ...windowLowerings,
};

type Atom = Jaxpr['outs'][number];

/**
 * Translates a traced program into an ONNX graph, equation by equation.
 * @throws {UnsupportedPrimitive} for a primitive without a lowering.
 */
export function lower(program: TracedProgram, options: LoweringOptions, rules: readonly Rule[] = []): Graph {
  const builder = new GraphBuilder(rules);
  const values = new Map<Atom, Value>();
  const { jaxpr, constants, inputs, outputs } = program;
  jaxpr.inBinders.forEach((binder, position) => {
    const constant = constants[position];
    const type = elementType(binder.aval.dtype);
    values.set(
      binder,
      constant === undefined
        ? builder.input(binder.aval.shape, type)
        : builder.constant(tensorData(constant.ref.dataSync(), type), binder.aval.shape, type),
    );
  });
  const read = (atom: Atom): Value => {
    if ('value' in atom) return builder.scalar(atom.value, elementType(atom.aval.dtype));
    const value = values.get(atom);
    if (value === undefined) throw new Error(`${atom.toString()} is read before it is computed`);
    return value;
  };
  for (const equation of jaxpr.eqns) {
    const lowering = LOWERINGS[equation.primitive];
    if (lowering === undefined) throw new UnsupportedPrimitive(equation.primitive);
    const results = lowering({
      builder,
      options,
      inputs: equation.inputs.map(read),
      parameters: equation.params,
      outputs: equation.outBinders.map(({ aval }) => ({ shape: aval.shape, type: elementType(aval.dtype) })),
    });
    equation.outBinders.forEach((binder, position) => {
      const result = results[position];
      if (result !== undefined) values.set(binder, result);
    });
  }
  const graphInputs = jaxpr.inBinders.slice(constants.length);
  return {
    inputs: inputs.map(({ name }, position) => ({ name, value: read(at(graphInputs, position)) })),
    outputs: outputs.map((name, position) => ({ name, value: read(at(jaxpr.outs, position)) })),
  };
}

function elementType(dtype: string): ElementType {
  switch (dtype) {
    case 'float32':
    case 'float64':
    case 'float16':
    case 'int32':
    case 'uint32':
    case 'bool':
      return dtype;
    default:
      throw new TypeError(`arrays of ${dtype} have no ONNX counterpart here`);
  }
}

function tensorData(data: unknown, type: ElementType): NonNullable<Value['data']> {
  // jax-js keeps booleans in four bytes each, ONNX in one.
  if (type === 'bool' && data instanceof Int32Array) return Uint8Array.from(data);
  if (data instanceof Float32Array) return Float32Array.from(data);
  if (data instanceof Float64Array) return Float64Array.from(data);
  if (data instanceof Int32Array) return Int32Array.from(data);
  if (data instanceof Uint32Array) return Uint32Array.from(data);
  throw new TypeError('a constant of this element type cannot be lowered');
}
