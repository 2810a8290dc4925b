/** Graphs made by hand, so that a rewrite rule meets exactly the nodes that it is about. */
import { expect } from 'vitest';
import { GraphBuilder, type Rule, rewrite } from '../../../models/compile/builder.ts';
import { encodeModel } from '../../../models/compile/encode.ts';
import { type Graph, type Value, nodesInOrder } from '../../../models/compile/graph.ts';
import { expectSame } from '../evaluate.ts';
import { runOnnx } from '../run-onnx.ts';
import type { Sample, Samples } from '../samples.ts';

export interface HandMade {
  readonly graph: Graph;
  readonly inputs: Samples;
}

/** A graph as written, without any rule. Outputs are named y0, y1, … */
export function handMade(
  inputs: readonly Sample[],
  build: (builder: GraphBuilder, values: readonly Value[]) => readonly Value[],
): HandMade {
  const builder = new GraphBuilder();
  const values = inputs.map(({ shape, type }) => builder.input(shape, type));
  const name = (position: number) => `x${position}`;
  return {
    inputs: Object.fromEntries(inputs.map((input, position) => [name(position), input])),
    graph: {
      inputs: values.map((value, position) => ({ name: name(position), value })),
      outputs: build(builder, values).map((value, position) => ({ name: `y${position}`, value })),
    },
  };
}

/** The graph's operators in order; those of com.microsoft included. */
export function opsOf(graph: Graph): string[] {
  return nodesInOrder(graph).map(({ op }) => op);
}

/** Rewrites, checks that the outputs are the same on the inputs, and returns the operators before and after. */
export async function rewritten(
  { graph, inputs }: HandMade,
  rules: readonly Rule[],
  tolerance = 1e-5,
): Promise<{ before: string[]; after: string[] }> {
  const result = rewrite(graph, rules);
  await expectEqualOutputs(graph, result, inputs, tolerance);
  return { before: opsOf(graph), after: opsOf(result) };
}

export async function expectEqualOutputs(
  before: Graph,
  after: Graph,
  inputs: Samples,
  tolerance = 1e-5,
): Promise<void> {
  expect(after.outputs.map(({ value: { shape, type } }) => ({ shape, type }))).toEqual(
    before.outputs.map(({ value: { shape, type } }) => ({ shape, type })),
  );
  const expected = await runOnnx(encodeModel(before), inputs);
  expectSame(await runOnnx(encodeModel(after), inputs), expected, tolerance);
}
