import { cast, elementwise, where } from '../ops.ts';
import { text } from '../parameters.ts';
import type { ElementType, Value } from '../graph.ts';
import { type Equation, type Lowering, type Lowerings, UnsupportedPrimitive, inputAt } from './context.ts';

const unary =
  (op: string): Lowering =>
  (equation) => [elementwise(equation.builder, op, [inputAt(equation, 0)])];

/** Weakly typed literals take the type of the other operand, as the traced output says. */
const binary =
  (op: string, boolOp?: string): Lowering =>
  (equation) => {
    const type = outputType(equation);
    const [a, b] = operands(equation, type);
    return [elementwise(equation.builder, type === 'bool' && boolOp !== undefined ? boolOp : op, [a, b])];
  };

export const elementwiseLowerings: Lowerings = {
  add: binary('Add', 'Or'),
  mul: binary('Mul', 'And'),
  min: binary('Min', 'And'),
  max: binary('Max', 'Or'),
  neg: unary('Neg'),
  reciprocal: unary('Reciprocal'),
  floor: unary('Floor'),
  ceil: unary('Ceil'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  asin: unary('Asin'),
  atan: unary('Atan'),
  exp: unary('Exp'),
  log: unary('Log'),
  erf: unary('Erf'),
  sqrt: unary('Sqrt'),

  erfc(equation) {
    const { builder } = equation;
    const erf = elementwise(builder, 'Erf', [inputAt(equation, 0)]);
    return [elementwise(builder, 'Sub', [builder.scalar(1, erf.type), erf])];
  },

  /** Truncating division: ONNX's Div truncates integers already. */
  idiv(equation) {
    const { builder } = equation;
    const type = outputType(equation);
    const [a, b] = operands(equation, type);
    const quotient = elementwise(builder, 'Div', [a, b]);
    if (type === 'int32' || type === 'uint32') return [quotient];
    const size = elementwise(builder, 'Floor', [elementwise(builder, 'Abs', [quotient])]);
    return [elementwise(builder, 'Mul', [elementwise(builder, 'Sign', [quotient]), size])];
  },

  /** The remainder takes the sign of the dividend, as C's fmod. */
  mod(equation) {
    const type = outputType(equation);
    const [a, b] = operands(equation, type);
    const { shape } = elementwise(equation.builder, 'Add', [a, b]);
    return [equation.builder.node('Mod', [a, b], shape, type, { fmod: 1 })];
  },

  stop_gradient: (equation) => [inputAt(equation, 0)],

  cast(equation) {
    return [cast(equation.builder, inputAt(equation, 0), outputType(equation))];
  },

  compare(equation) {
    const { builder } = equation;
    const a = inputAt(equation, 0);
    const b = inputAt(equation, 1);
    const type = strongerType(a, b);
    const inputs: readonly [Value, Value] = [cast(builder, a, type), cast(builder, b, type)];
    const op = text(equation.parameters, 'op');
    switch (op) {
      case 'less':
        return [elementwise(builder, 'Less', inputs, 'bool')];
      case 'less_equal':
        return [elementwise(builder, 'LessOrEqual', inputs, 'bool')];
      case 'equal':
        return [elementwise(builder, 'Equal', inputs, 'bool')];
      case 'not_equal':
        return [elementwise(builder, 'Not', [elementwise(builder, 'Equal', inputs, 'bool')])];
      default:
        throw new UnsupportedPrimitive(`compare ${op}`);
    }
  },

  where(equation) {
    const { builder } = equation;
    const type = outputType(equation);
    const yes = cast(builder, inputAt(equation, 1), type);
    const no = cast(builder, inputAt(equation, 2), type);
    return [where(builder, inputAt(equation, 0), yes, no)];
  },

  bit_combine(equation) {
    const op = text(equation.parameters, 'op');
    const names: Readonly<Record<string, readonly [string, string]>> = {
      and: ['And', 'BitwiseAnd'],
      or: ['Or', 'BitwiseOr'],
      xor: ['Xor', 'BitwiseXor'],
    };
    const pair = names[op];
    if (pair === undefined) throw new UnsupportedPrimitive(`bit_combine ${op}`);
    const type = outputType(equation);
    return [elementwise(equation.builder, type === 'bool' ? pair[0] : pair[1], operands(equation, type))];
  },

  bit_shift(equation) {
    const { builder } = equation;
    const type = outputType(equation);
    const inputs = operands(equation, 'uint32');
    const shape = elementwise(builder, 'Add', inputs).shape;
    const direction = text(equation.parameters, 'op') === 'shl' ? 'LEFT' : 'RIGHT';
    return [cast(builder, builder.node('BitShift', inputs, shape, 'uint32', { direction }), type)];
  },
};

function outputType({ outputs }: Equation): ElementType {
  const [output] = outputs;
  if (output === undefined) throw new RangeError('an equation without outputs');
  return output.type;
}

function operands(equation: Equation, type: ElementType): readonly [Value, Value] {
  const { builder } = equation;
  return [cast(builder, inputAt(equation, 0), type), cast(builder, inputAt(equation, 1), type)];
}

/** A scalar literal gives way to the array it is compared with. */
function strongerType(a: Value, b: Value): ElementType {
  if (a.type === b.type) return a.type;
  return a.shape.length === 0 && a.data !== null ? b.type : a.type;
}
