import type { GraphBuilder } from '../builder.ts';
import type { ElementType, Shape, Value } from '../graph.ts';
import type { Parameters } from '../parameters.ts';

export interface LoweringOptions {
  /**
   * How same-size convolutions are computed.
   * `direct`: the Conv operator, best where weights are constants (scoring) and on GPUs.
   * `matrix`: gathered neighbours and one matrix product over the whole batch, best on CPU where weights change
   * (training); see docs/decisions/0004-convolutions-as-matrix-products.md.
   */
  readonly convolutions: 'direct' | 'matrix';
}

export interface Equation {
  readonly builder: GraphBuilder;
  readonly options: LoweringOptions;
  readonly inputs: readonly Value[];
  readonly parameters: Parameters;
  readonly outputs: readonly { readonly shape: Shape; readonly type: ElementType }[];
}

export type Lowering = (equation: Equation) => readonly Value[];
export type Lowerings = Readonly<Record<string, Lowering>>;

export class UnsupportedPrimitive extends Error {
  readonly primitive: string;

  constructor(primitive: string) {
    super(`The operation "${primitive}" cannot be compiled to ONNX: express the model without it.`);
    this.name = 'UnsupportedPrimitive';
    this.primitive = primitive;
  }
}

export function inputAt({ inputs }: Equation, position: number): Value {
  const value = inputs[position];
  if (value === undefined) throw new RangeError(`input ${position} of ${inputs.length}`);
  return value;
}

export function outputShape({ outputs }: Equation): Shape {
  const [output] = outputs;
  if (output === undefined) throw new RangeError('an equation without outputs');
  return output.shape;
}
