import { describe, expect, it } from 'vitest';
import { GraphBuilder, type Rule, rewrite, single, typedArray } from '../../../models/compile/builder.ts';
import { broadcastShapes, nodesInOrder, useCounts } from '../../../models/compile/graph.ts';
import { elementwise, reshape } from '../../../models/compile/ops.ts';
import { floats } from '../samples.ts';
import { handMade, opsOf } from './graphs.ts';

describe('GraphBuilder', () => {
  it('makes equal requests once', () => {
    const builder = new GraphBuilder();
    const x = builder.input([2], 'float32');
    const y = builder.input([2], 'float32');
    expect(elementwise(builder, 'Add', [x, y])).toBe(elementwise(builder, 'Add', [x, y]));
    expect(elementwise(builder, 'Add', [x, y])).not.toBe(elementwise(builder, 'Sub', [x, y]));
    expect(elementwise(builder, 'Add', [x, y])).not.toBe(elementwise(builder, 'Add', [y, x]));
    expect(builder.node('Mod', [x, y], [2], 'float32', { fmod: 1 })).not.toBe(
      builder.node('Mod', [x, y], [2], 'float32', { fmod: 0 }),
    );
  });

  it('shares constants of equal bytes, type and shape', () => {
    const builder = new GraphBuilder();
    expect(builder.filled(1, [2])).toBe(builder.filled(1, [2]));
    expect(builder.filled(1, [2])).not.toBe(builder.filled(1, [2, 1]));
    expect(builder.scalar(0)).not.toBe(builder.scalar(-0));
    expect(builder.scalar(0)).not.toBe(builder.scalar(0, 'int32'));
    expect(builder.scalar(Number.NaN)).toBe(builder.scalar(Number.NaN));
  });

  it('refuses a constant that does not fill its shape', () => {
    expect(() => new GraphBuilder().constant(new Float32Array(3), [2, 2], 'float32')).toThrow(
      'a constant of shape [2, 2] cannot hold 3 elements',
    );
    expect(() => typedArray('float16', [1])).toThrow(TypeError);
  });

  it('offers each request to the rules first', () => {
    const squares: Rule = ({ op, inputs }, builder) => {
      const [x, y] = inputs;
      return op === 'Mul' && x !== undefined && x === y ? [elementwise(builder, 'Abs', [x])] : null;
    };
    const builder = new GraphBuilder([squares]);
    const x = builder.input([2], 'float32');
    expect(elementwise(builder, 'Mul', [x, x]).producer?.op).toBe('Abs');
    expect(elementwise(builder, 'Mul', [x, builder.scalar(2)]).producer?.op).toBe('Mul');
  });

  it('wants one value where one is asked for', () => {
    expect(() => single([])).toThrow(RangeError);
  });
});

describe('rewrite', () => {
  it('drops what no output needs and keeps names', () => {
    const { graph } = handMade([floats([2]), floats([2])], (b, [x, y]) => {
      if (x === undefined || y === undefined) return [];
      elementwise(b, 'Exp', [y]);
      return [elementwise(b, 'Sin', [x])];
    });
    const result = rewrite(graph, []);
    expect(opsOf(result)).toEqual(['Sin']);
    expect(result.inputs.map(({ name }) => name)).toEqual(['x0', 'x1']);
    expect(result.outputs.map(({ name }) => name)).toEqual(['y0']);
  });
});

describe('a graph', () => {
  it('lists producers first, each once, however deep', () => {
    const { graph } = handMade([floats([2])], (b, [x]) => {
      let value = x;
      for (let depth = 0; depth < 30_000 && value !== undefined; depth++)
        value = b.node('Add', [value, value], [2], 'float32');
      return value === undefined ? [] : [value];
    });
    const nodes = nodesInOrder(graph);
    expect(nodes).toHaveLength(30_000);
    const position = new Map(nodes.map((node, at) => [node, at]));
    for (const [at, node] of nodes.entries())
      for (const { producer } of node.inputs)
        if (producer !== null) expect(position.get(producer) ?? at).toBeLessThan(at);
  });

  it('counts reads by nodes and outputs', () => {
    const { graph } = handMade([floats([2])], (b, [x]) => {
      if (x === undefined) return [];
      const y = elementwise(b, 'Exp', [x]);
      return [y, elementwise(b, 'Add', [y, y])];
    });
    const [first] = graph.outputs;
    expect(first === undefined ? 0 : useCounts(graph).get(first.value)).toBe(3);
  });
});

describe('shapes', () => {
  it.each([
    [[2, 1], [3], [2, 3]],
    [[], [4, 1], [4, 1]],
    [
      [5, 1, 2],
      [1, 3, 1],
      [5, 3, 2],
    ],
  ])('%j and %j broadcast to %j', (left, right, both) => {
    expect(broadcastShapes(left, right)).toEqual(both);
    expect(broadcastShapes(right, left)).toEqual(both);
  });

  it('that do not fit are refused', () => {
    expect(() => broadcastShapes([2, 3], [4])).toThrow('shapes [2, 3] and [4] do not broadcast');
    const builder = new GraphBuilder();
    expect(() => reshape(builder, builder.input([2, 3], 'float32'), [5])).toThrow(
      'cannot reshape [2, 3] to [5]',
    );
  });
});
