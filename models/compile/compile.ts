import type { CompileTarget } from '../device.ts';
import { rewrite, type Rule } from './builder.ts';
import { encodeModel } from './encode.ts';
import type { Graph } from './graph.ts';
import { lower } from './lower.ts';
import type { LoweringOptions } from './lowering/context.ts';
import { algebraRules, reluGradientIsProduct } from './rules/algebra.ts';
import { broadcastRules } from './rules/broadcast.ts';
import { movementRules } from './rules/movement.ts';
import { cpuProductRules, productRules } from './rules/products.ts';
import { rowRules } from './rules/rows.ts';
import { mergeSplits, splitAsSlices } from './rules/splits.ts';
import type { TracedProgram } from './trace.ts';

const CONVOLUTIONS: Readonly<Record<CompileTarget, LoweringOptions['convolutions']>> = {
  'cpu-training': 'matrix',
  portable: 'direct',
};

const RULES: Readonly<Record<CompileTarget, readonly Rule[]>> = {
  'cpu-training': [
    ...movementRules,
    ...broadcastRules,
    ...rowRules,
    ...algebraRules,
    ...productRules,
    ...cpuProductRules,
    reluGradientIsProduct,
  ],
  portable: [splitAsSlices, ...movementRules, ...broadcastRules, ...algebraRules, ...productRules],
};

export function compileGraph(program: TracedProgram, target: CompileTarget): Graph {
  const lowered = lower(
    program,
    { convolutions: CONVOLUTIONS[target] },
    movementRules.concat(broadcastRules),
  );
  return rewrite(mergeSplits(lowered), RULES[target]);
}

/** Traced program → bytes of an ONNX file. */
export function compile(
  program: TracedProgram,
  target: CompileTarget,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return encodeModel(compileGraph(program, target), metadata);
}
