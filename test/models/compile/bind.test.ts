import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import { bindInputs } from '../../../models/compile/bind.ts';
import { compileGraph } from '../../../models/compile/compile.ts';
import { encodeModel } from '../../../models/compile/encode.ts';
import { trace } from '../../../models/compile/trace.ts';
import { TARGETS, evaluate, expectSame, type Program } from '../evaluate.ts';
import { runOnnx } from '../run-onnx.ts';
import { floats, specsOf } from '../samples.ts';

const program: Program = ({ x, weight, bias }) => {
  if (x === undefined || weight === undefined || bias === undefined) throw new RangeError('three inputs');
  return { y: a.relu(a.add(a.matmul(x, weight), bias)), doubled: a.add(weight, weight) };
};

const inputs = { x: floats([4, 3], 1), weight: floats([3, 5], 2), bias: floats([5], 3) };
const data = (seed: number, shape: number[]) => Float32Array.from(floats(shape, seed).data);

describe('bindInputs', () => {
  it.each(TARGETS)('makes constants of inputs, with the same outputs (%s)', async (target) => {
    const graph = compileGraph(trace(program, specsOf(inputs)), target);
    const bound = bindInputs(graph, { weight: data(2, [3, 5]), bias: data(3, [5]) });
    expect(bound.inputs.map(({ name }) => name)).toEqual(['x']);
    expectSame(await runOnnx(encodeModel(bound), { x: inputs.x }), evaluate(program, inputs));
  });

  it('binds nothing when nothing is given', async () => {
    const graph = compileGraph(trace(program, specsOf(inputs)), 'portable');
    expectSame(await runOnnx(encodeModel(bindInputs(graph, {})), inputs), evaluate(program, inputs));
  });

  it('refuses a value of another size', () => {
    const graph = compileGraph(trace(program, specsOf(inputs)), 'portable');
    expect(() => bindInputs(graph, { weight: data(2, [3, 4]) })).toThrow(
      'input "weight" holds 15 elements, not 12',
    );
  });
});
