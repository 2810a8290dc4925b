import type { NodeRequest } from '../builder.ts';

const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max', 'Mod', 'And', 'Or', 'Xor', 'Where'],
  ...['Less', 'LessOrEqual', 'Equal', 'Greater', 'Not'],
  ...[
    'Neg',
    'Reciprocal',
    'Floor',
    'Ceil',
    'Abs',
    'Sign',
    'Sin',
    'Cos',
    'Asin',
    'Atan',
    'Exp',
    'Log',
    'Erf',
    'Sqrt',
  ],
  ...['Relu', 'Sigmoid', 'Cast'],
]);

/** Each output element depends on the broadcast input elements at its own position only. */
export function isElementwise({ op, domain }: Pick<NodeRequest, 'op' | 'domain'>): boolean {
  return domain === '' && ELEMENTWISE.has(op);
}
