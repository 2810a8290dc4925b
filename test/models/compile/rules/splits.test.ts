import { describe, expect, it } from 'vitest';
import type { GraphBuilder } from '../../../../models/compile/builder.ts';
import type { Value } from '../../../../models/compile/graph.ts';
import { elementwise, split } from '../../../../models/compile/ops.ts';
import { mergeSplits, splitAsSlices } from '../../../../models/compile/rules/splits.ts';
import { floats } from '../../samples.ts';
import { expectEqualOutputs, handMade, opsOf, rewritten } from '../graphs.ts';

async function merged(build: (b: GraphBuilder, x: Value) => readonly Value[]): Promise<string[]> {
  const { graph, inputs } = handMade([floats([12, 4])], (b, [x]) => (x === undefined ? [] : build(b, x)));
  const result = mergeSplits(graph);
  await expectEqualOutputs(graph, result, inputs, 0);
  return opsOf(result);
}

function cut(b: GraphBuilder, x: Value | undefined, sizes: readonly number[], axis = 0): readonly Value[] {
  if (x === undefined) throw new RangeError('nothing to cut');
  return split(b, x, axis, sizes);
}

describe('mergeSplits', () => {
  it('makes one split of a tree of splits', async () => {
    const ops = await merged((b, x) => {
      const [left, middle, right] = cut(b, x, [6, 1, 5]);
      const [first, second] = cut(b, left, [2, 4]);
      if (first === undefined || middle === undefined) return [];
      return [...cut(b, second, [1, 3]), middle, first, ...cut(b, right, [2, 3])];
    });
    expect(ops).toEqual(['Split']);
  });

  it('keeps a piece that is an output or is read elsewhere', async () => {
    const whole = await merged((b, x) => {
      const [left, right] = cut(b, x, [6, 6]);
      return left === undefined || right === undefined ? [] : [left, ...cut(b, left, [2, 4]), right];
    });
    expect(whole).toEqual(['Split', 'Split']);
    const read = await merged((b, x) => {
      const [left, right] = cut(b, x, [6, 6]);
      if (left === undefined || right === undefined) return [];
      return [elementwise(b, 'Exp', [left]), ...cut(b, left, [2, 4]), right];
    });
    expect(read.filter((op) => op === 'Split')).toHaveLength(2);
  });

  it('keeps splits along different axes apart', async () => {
    const ops = await merged((b, x) => {
      const [left, right] = cut(b, x, [6, 6]);
      return right === undefined ? [] : [...cut(b, left, [1, 3], 1), right];
    });
    expect(ops).toEqual(['Split', 'Split']);
  });

  it('gives the pieces to later nodes', async () => {
    const ops = await merged((b, x) => {
      const [left, right] = cut(b, x, [6, 6]);
      const [first, second] = cut(b, left, [2, 4]);
      const [third, fourth] = cut(b, right, [2, 4]);
      if (first === undefined || second === undefined || third === undefined || fourth === undefined)
        return [];
      return [elementwise(b, 'Add', [first, third]), elementwise(b, 'Mul', [second, fourth])];
    });
    expect(ops).toEqual(['Split', 'Add', 'Mul']);
  });
});

describe('splitAsSlices', () => {
  it('cuts many pieces one by one', async () => {
    const made = handMade([floats([12, 4])], (b, [x]) => cut(b, x, [1, 2, 3, 4, 2]));
    const { after } = await rewritten(made, [splitAsSlices]);
    expect(after).toEqual(['Slice', 'Slice', 'Slice', 'Slice', 'Slice']);
  });

  it('keeps a split into few pieces, which every device can bind', async () => {
    const made = handMade([floats([8, 4])], (b, [x]) => cut(b, x, [2, 2, 1, 3]));
    const { after } = await rewritten(made, [splitAsSlices]);
    expect(after).toEqual(['Split']);
  });
});
